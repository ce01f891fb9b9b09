namespace Orch.ApiServer.Serving;

/// <summary>Counts requests in flight and refuses those over a limit.</summary>
/// <param name="limit">0 for none.</param>
internal sealed class InFlightLimit(int limit)
{
    private int _count;

    /// <summary>Requests now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether there is room; if so <see cref="Leave"/> must follow.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= limit || limit == 0) { return true; }
        Leave();
        return false;
    }

    /// <summary>Makes room.</summary>
    public void Leave() => Interlocked.Decrement(ref _count);
}
