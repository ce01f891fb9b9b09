namespace Orch.ApiServer.Caching;

/// <summary>Says when the clients elsewhere that follow a stream of events are woken: at once, or where many follow many events, a few milliseconds later for several at a time.</summary>
/// <remarks>
/// What a wake costs (a turn of the reader, a frame, a record, a turn of the client) is the same for one event and for ten. An event after a silence is always sent at once; in a
/// crowd each client then hears of the next <see cref="Least"/> later at most. Guarded by the cache's lock, which the timer takes too.
/// </remarks>
internal sealed class WakePace(Lock gate, TimeProvider time, Action wake)
{
    /// <summary>So many followers are a crowd.</summary>
    public const int Crowd = 16;

    /// <summary>Between two wakes of a crowd.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMilliseconds(5);

    private ITimer? _timer;
    private long _last;
    private bool _hasWoken;
    private bool _isDue;

    /// <summary>Whether to wake them for an event now; if not, they are woken soon.</summary>
    public bool WakesNow(int followers)
    {
        if (_isDue) { return false; }
        if (followers < Crowd) { return true; }
        var now = time.GetTimestamp();
        var since = time.GetElapsedTime(_last, now);
        if (!_hasWoken || since >= Least)
        {
            (_last, _hasWoken) = (now, true);
            return true;
        }

        _isDue = true;
        _timer ??= time.CreateTimer(static self => ((WakePace)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Least - since, Timeout.InfiniteTimeSpan);
        return false;
    }

    private void Wake()
    {
        lock (gate)
        {
            _isDue = false;
            _last = time.GetTimestamp();
            wake();
        }
    }
}
