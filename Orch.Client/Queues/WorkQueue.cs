namespace Orch.Client.Queues;

/// <summary>The work queue: coalescing, with delays, with retries that back off.</summary>
/// <remarks>Three layers, as in client-go: queue, then delay, then rate limit. Safe for concurrent use.</remarks>
public sealed class WorkQueue<TKey> : IWorkQueue<TKey>, IDisposable
    where TKey : notnull
{
    private readonly CoalescingQueue<TKey> _queue;
    private readonly DelayedAdds<TKey> _delayed;
    private readonly RetryDelays<TKey> _retries;
    private readonly QueueMetrics _metrics;

    /// <summary>An empty queue.</summary>
    /// <param name="name">Tells its metrics apart.</param>
    /// <param name="time">The clock that delays run on.</param>
    /// <param name="options">Null for client-go's defaults.</param>
    public WorkQueue(string name, TimeProvider time, WorkQueueOptions? options = null)
    {
        _metrics = new QueueMetrics(name);
        _queue = new CoalescingQueue<TKey>(time, _metrics);
        _delayed = new DelayedAdds<TKey>(time, _queue.Add);
        _retries = new RetryDelays<TKey>(time, options ?? new WorkQueueOptions());
    }

    /// <inheritdoc/>
    public int Count => _queue.Count;

    /// <inheritdoc/>
    public void Add(TKey key) => _queue.Add(key);

    /// <inheritdoc/>
    public void AddAfter(TKey key, TimeSpan delay) => _delayed.Add(key, delay);

    /// <inheritdoc/>
    public void AddRateLimited(TKey key)
    {
        _metrics.Retried();
        _delayed.Add(key, _retries.Next(key));
    }

    /// <inheritdoc/>
    public void Forget(TKey key) => _retries.Forget(key);

    /// <inheritdoc/>
    public int Failures(TKey key) => _retries.Failures(key);

    /// <inheritdoc/>
    public ValueTask<TKey> TakeAsync(CancellationToken cancellationToken) => _queue.TakeAsync(cancellationToken);

    /// <inheritdoc/>
    public void Done(TKey key) => _queue.Done(key);

    /// <summary>Drops what is delayed.</summary>
    public void Dispose() => _delayed.Dispose();
}
