namespace Orch.ApiServer.Caching;

/// <summary>One change of one object, shared by all watchers.</summary>
/// <param name="previous">What was there; null on creation.</param>
/// <param name="current">What is there now; null on deletion.</param>
/// <param name="revision">When it happened.</param>
internal sealed class CacheEvent(CachedObject? previous, CachedObject? current, long revision)
{
    private CachedObject? _lastState;

    /// <summary>What was there; null on creation.</summary>
    public CachedObject? Previous { get; } = previous;

    /// <summary>What is there now; null on deletion.</summary>
    public CachedObject? Current { get; } = current;

    /// <summary>When it happened.</summary>
    public long Revision { get; } = revision;

    /// <summary>The store's key.</summary>
    public string Key => (Current ?? Previous)!.Key;

    /// <summary>The previous state at this event's revision: what a watcher sees of an object that it loses.</summary>
    public CachedObject LastState
    {
        get
        {
            if (_lastState is null) { Interlocked.CompareExchange(ref _lastState, Previous!.AtRevision(Revision), null); }
            return _lastState;
        }
    }

    /// <summary>Lets go of the typed form of the state that this event ended.</summary>
    public void ForgetPast()
    {
        Previous?.Forget();
        _lastState?.Forget();
    }
}
