using Microsoft.Extensions.Options;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>The providers that hold now; a configuration that has changed and is sound takes their place.</summary>
internal sealed class EncryptionChains : IDisposable
{
    private readonly EncryptionOptions _options;
    private readonly IKeyManagement[] _registered;
    private readonly IKeyManagementConnector[] _connectors;
    private readonly TimeProvider _time;
    private readonly List<(EncryptionSet Set, long Since)> _left = [];
    private string? _text;
    private EncryptionSet _set;

    public EncryptionChains(IOptions<EncryptionOptions> options, IEnumerable<IKeyManagement> keyManagement, TimeProvider time, IEnumerable<IKeyManagementConnector>? connectors = null)
    {
        _options = options.Value;
        _registered = [.. keyManagement];
        _connectors = [.. connectors ?? []];
        _time = time;
        _text = EncryptionConfiguration.Load(_options, []);
        _set = Make(EncryptionConfiguration.Parse(_text, Names, _connectors, []));
    }

    /// <summary>Whether nothing is encrypted, and nothing can come to be.</summary>
    public bool IsEmpty => _set.IsEmpty && !IsWatched;

    /// <summary>Whether the configuration may change.</summary>
    public bool IsWatched => _options.ConfigurationFile is { Length: > 0 } && _options.ReloadInterval > TimeSpan.Zero;

    /// <summary>Those that a key management protects.</summary>
    public IReadOnlyList<EnvelopeTransformer> Envelopes => Volatile.Read(ref _set).Envelopes;

    private IReadOnlyCollection<string> Names => [.. _registered.Select(static item => item.Name)];

    /// <summary>How a resource is stored; null: plain, without a look at the bytes.</summary>
    public TransformerChain? Find(string group, string resource) => Volatile.Read(ref _set).Find(group, resource);

    /// <summary>Reads the configuration again; called by one thread.</summary>
    /// <returns>Null: nothing has changed. Empty: what it says holds from now on. Else what is wrong with it; what held before goes on.</returns>
    public async Task<IReadOnlyList<string>?> ReloadAsync(CancellationToken cancellationToken)
    {
        DropLeft();
        var faults = new List<string>();
        var text = EncryptionConfiguration.Load(_options, faults);
        if (faults.Count == 0 && text == _text) { return null; }
        if (faults.Count == 0 && string.IsNullOrWhiteSpace(text)) { faults.Add($"{EncryptionOptions.Section}: the configuration is empty."); }
        var configuration = faults.Count == 0 ? EncryptionConfiguration.Parse(text, Names, _connectors, faults) : null;
        if (faults.Count > 0) { return faults; }
        var made = Make(configuration!);
        foreach (var envelope in made.Envelopes)
        {
            // What cannot write yet must not take the place of what can.
            try { await envelope.ProbeAsync(cancellationToken).ConfigureAwait(false); }
            catch (Exception exception) when (exception is not OperationCanceledException) { faults.Add($"{EncryptionOptions.Section}: the key management \"{envelope.Name}\" does not serve: {exception.Message}"); }
        }

        if (faults.Count > 0)
        {
            made.Dispose();
            return faults;
        }

        _text = text;
        // Reads and writes under way still use it.
        _left.Add((_set, _time.GetTimestamp()));
        Volatile.Write(ref _set, made);
        return [];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _set.Dispose();
        _left.ForEach(static item => item.Set.Dispose());
    }

    private EncryptionSet Make(EncryptionConfiguration configuration) => new(configuration, _registered, _connectors, _time);

    private void DropLeft()
    {
        foreach (var (set, _) in _left.Where(item => _time.GetElapsedTime(item.Since) > TimeSpan.FromMinutes(1))) { set.Dispose(); }
        _left.RemoveAll(item => _time.GetElapsedTime(item.Since) > TimeSpan.FromMinutes(1));
    }
}
