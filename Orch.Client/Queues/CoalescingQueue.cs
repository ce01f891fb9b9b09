namespace Orch.Client.Queues;

/// <summary>The innermost layer: a key waits at most once, and is with at most one worker.</summary>
internal sealed class CoalescingQueue<TKey>(TimeProvider time, QueueMetrics metrics)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<TKey> _ready = new();
    private readonly Dictionary<TKey, long> _dirty = []; // wanted: waiting, or to be queued again after Done; with the time of the first Add
    private readonly Dictionary<TKey, long> _working = []; // with workers, since when
    private readonly LinkedList<TaskCompletionSource<TKey>> _takers = new();

    public int Count
    {
        get { lock (_gate) { return _ready.Count; } }
    }

    public void Add(TKey key)
    {
        lock (_gate)
        {
            if (!_dirty.TryAdd(key, time.GetTimestamp())) { return; }
            metrics.Added();
            if (!_working.ContainsKey(key)) { Offer(key); }
        }
    }

    public ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) { return ValueTask.FromCanceled<TKey>(cancellationToken); }
        LinkedListNode<TaskCompletionSource<TKey>> taker;
        lock (_gate)
        {
            if (_ready.TryDequeue(out var key))
            {
                metrics.DepthChanged(-1);
                Hand(key);
                return ValueTask.FromResult(key);
            }

            taker = _takers.AddLast(new TaskCompletionSource<TKey>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return new ValueTask<TKey>(WaitAsync(taker, cancellationToken));
    }

    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_working.Remove(key, out var since)) { return; }
            metrics.Worked(time.GetElapsedTime(since));
            if (_dirty.ContainsKey(key)) { Offer(key); }
        }
    }

    private async Task<TKey> WaitAsync(LinkedListNode<TaskCompletionSource<TKey>> taker, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                if (taker.List is not null) { _takers.Remove(taker); }
            }

            taker.Value.TrySetCanceled(cancellationToken);
        });
        return await taker.Value.Task.ConfigureAwait(false);
    }

    private void Offer(TKey key)
    {
        while (_takers.First is { } taker)
        {
            _takers.RemoveFirst();
            if (!taker.Value.TrySetResult(key)) { continue; }
            Hand(key);
            return;
        }

        _ready.Enqueue(key);
        metrics.DepthChanged(1);
    }

    private void Hand(TKey key)
    {
        if (_dirty.Remove(key, out var since)) { metrics.Waited(time.GetElapsedTime(since)); }
        _working[key] = time.GetTimestamp();
    }
}
