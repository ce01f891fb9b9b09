namespace Orch.Client.Queues;

/// <summary>The outer layer: how long a failed key waits.</summary>
internal sealed class RetryDelays<TKey>(TimeProvider time, WorkQueueOptions options)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, int> _failures = [];
    private double _tokens = options.RetryBurst;
    private long _refilled = time.GetTimestamp();

    public TimeSpan Next(TKey key)
    {
        lock (_gate)
        {
            var failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            var own = options.BaseDelay.TotalSeconds * Math.Pow(2, Math.Min(failures, 62));
            return TimeSpan.FromSeconds(Math.Max(Math.Min(own, options.MaxDelay.TotalSeconds), ReserveToken()));
        }
    }

    public int Failures(TKey key)
    {
        lock (_gate) { return _failures.GetValueOrDefault(key); }
    }

    public void Forget(TKey key)
    {
        lock (_gate) { _failures.Remove(key); }
    }

    // A debt of tokens is a reservation: whoever comes next waits behind it.
    private double ReserveToken()
    {
        if (options.RetriesPerSecond <= 0) { return 0; }
        var now = time.GetTimestamp();
        _tokens = Math.Min(options.RetryBurst, _tokens + (time.GetElapsedTime(_refilled, now).TotalSeconds * options.RetriesPerSecond));
        _refilled = now;
        _tokens--;
        return _tokens >= 0 ? 0 : -_tokens / options.RetriesPerSecond;
    }
}
