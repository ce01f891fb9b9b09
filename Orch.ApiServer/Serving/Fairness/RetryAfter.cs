namespace Orch.ApiServer.Serving.Fairness;

/// <summary>When a client that was turned away should come again: twice as late when many are turned away, a second sooner when none is.</summary>
/// <remarks>Upstream's rule, which takes after TCP: doubled when three a second were turned away for as long as clients were told to wait. Bounded by 32 s.</remarks>
internal sealed class RetryAfter(TimeProvider time)
{
    private const long Longest = 32;
    private readonly Lock _gate = new();
    private readonly Queue<(long Second, long Count)> _history = new();
    private long _second;
    private long _count;
    private long _changed;
    private long _seconds = 1;

    /// <summary>Counts one that is turned away.</summary>
    /// <returns>Seconds to wait.</returns>
    public int Count()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            if (now == _second) { _count++; return (int)_seconds; }
            _history.Enqueue((_second, _count));
            var kept = Math.Min(2 * _seconds, Longest);
            while (_history.TryPeek(out var oldest) && _second - oldest.Second > kept) { _history.Dequeue(); }
            (_second, _count) = (now, 1);
            Adapt(now);
            return (int)_seconds;
        }
    }

    private void Adapt(long now)
    {
        if (now - _changed < _seconds) { return; }
        long dropped = 0;
        foreach (var (second, count) in _history)
        {
            if (now - second <= _seconds) { dropped += count; }
        }

        if (dropped >= 3 * _seconds && _seconds < Longest) { (_seconds, _changed) = (Math.Min(_seconds * 2, Longest), now); }
        else if (dropped == 0 && _seconds > 1) { (_seconds, _changed) = (_seconds - 1, now); }
    }
}
