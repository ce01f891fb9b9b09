using Microsoft.Extensions.Options;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>Makes the providers that the configuration names.</summary>
internal sealed class EncryptionChains : IDisposable
{
    private readonly List<(EncryptionRule Rule, TransformerChain Chain)> _rules = [];
    private readonly List<EnvelopeTransformer> _envelopes = [];

    public EncryptionChains(IOptions<EncryptionOptions> options, IEnumerable<IKeyManagement> keyManagement, TimeProvider time)
    {
        var managers = keyManagement.ToDictionary(static item => item.Name, StringComparer.Ordinal);
        foreach (var rule in EncryptionConfiguration.Read(options.Value, managers.Keys, []).Rules)
        {
            _rules.Add((rule, new TransformerChain([.. rule.Providers.Select(provider => Make(provider, managers, time))])));
        }
    }

    /// <summary>Whether nothing is encrypted.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>How a resource is stored; null: plain, without a look at the bytes.</summary>
    public TransformerChain? Find(string group, string resource)
    {
        foreach (var (rule, chain) in _rules)
        {
            if (rule.Covers(group, resource)) { return chain.IsIdentity ? null : chain; }
        }

        return null;
    }

    /// <inheritdoc />
    public void Dispose() => _envelopes.ForEach(static item => item.Dispose());

    private IValueTransformer Make(EncryptionProvider provider, Dictionary<string, IKeyManagement> managers, TimeProvider time)
    {
        switch (provider.Kind)
        {
            case "aesgcm": return new AesGcmTransformer(provider.Name, provider.Secret);
            case "aescbc": return new AesCbcTransformer(provider.Name, provider.Secret);
            case "kms":
                var envelope = new EnvelopeTransformer(managers[provider.Name], time);
                _envelopes.Add(envelope);
                return envelope;
            default: return new IdentityTransformer();
        }
    }
}
