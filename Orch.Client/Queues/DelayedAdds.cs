namespace Orch.Client.Queues;

/// <summary>The middle layer: keys that become due later, on one timer.</summary>
internal sealed class DelayedAdds<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<TKey> _add;
    private readonly ITimer _timer;
    private readonly PriorityQueue<TKey, DateTimeOffset> _order = new();
    private readonly Dictionary<TKey, DateTimeOffset> _due = []; // the truth; the heap may hold stale entries
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;

    public DelayedAdds(TimeProvider time, Action<TKey> add)
    {
        _time = time;
        _add = add;
        _timer = time.CreateTimer(static state => ((DelayedAdds<TKey>)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            _add(key);
            return;
        }

        lock (_gate)
        {
            var due = _time.GetUtcNow() + delay;
            if (_due.TryGetValue(key, out var earlier) && earlier <= due) { return; }
            _due[key] = due;
            _order.Enqueue(key, due);
            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        var ready = new List<TKey>();
        lock (_gate)
        {
            _armedFor = DateTimeOffset.MaxValue;
            var now = _time.GetUtcNow();
            while (_order.TryPeek(out var key, out var due) && due <= now)
            {
                _order.Dequeue();
                if (_due.TryGetValue(key, out var current) && current == due && _due.Remove(key)) { ready.Add(key); }
            }

            Arm();
        }

        foreach (var key in ready) { _add(key); }
    }

    private void Arm()
    {
        if (!_order.TryPeek(out _, out var next) || next >= _armedFor) { return; }
        _armedFor = next;
        var wait = next - _time.GetUtcNow();
        // Timers count whole milliseconds and reject more than 49 days; firing early only arms again.
        wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
