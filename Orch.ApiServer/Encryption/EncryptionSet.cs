using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>The providers of one configuration.</summary>
internal sealed class EncryptionSet : IDisposable
{
    private readonly List<(EncryptionRule Rule, TransformerChain Chain)> _rules = [];
    private readonly List<EnvelopeTransformer> _envelopes = [];
    private readonly List<IDisposable> _owned = [];

    public EncryptionSet(EncryptionConfiguration configuration, IReadOnlyList<IKeyManagement> registered, IReadOnlyList<IKeyManagementConnector> connectors, TimeProvider time)
    {
        var known = new Dictionary<string, EnvelopeTransformer>(StringComparer.Ordinal);
        foreach (var rule in configuration.Rules)
        {
            _rules.Add((rule, new TransformerChain([.. rule.Providers.Select(Make)])));
        }

        IValueTransformer Make(EncryptionProvider provider) => provider.Kind switch
        {
            "aesgcm" => new AesGcmTransformer(provider.Name, provider.Secret),
            "aescbc" => new AesCbcTransformer(provider.Name, provider.Secret),
            "secretbox" => new SecretboxTransformer(provider.Name, provider.Secret),
            "kms" => known.TryGetValue(provider.Name, out var envelope) ? envelope : known[provider.Name] = Connect(provider),
            _ => new IdentityTransformer(),
        };

        EnvelopeTransformer Connect(EncryptionProvider provider)
        {
            var keys = registered.FirstOrDefault(item => item.Name == provider.Name);
            if (keys is null)
            {
                var endpoint = provider.Endpoint!;
                keys = connectors.First(item => item.Handles(endpoint.Address)).Connect(endpoint);
                if (keys is IDisposable owned) { _owned.Add(owned); }
            }

            var envelope = new EnvelopeTransformer(keys, time);
            _envelopes.Add(envelope);
            return envelope;
        }
    }

    /// <summary>Whether nothing is encrypted.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>Those that a key management protects.</summary>
    public IReadOnlyList<EnvelopeTransformer> Envelopes => _envelopes;

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
    public void Dispose()
    {
        _envelopes.ForEach(static item => item.Dispose());
        _owned.ForEach(static item => item.Dispose());
    }
}
