using Orch.Storage;

namespace Orch.Store.Memory.Watching;

/// <summary>One batch in the chain of a prefix. Every watch of the prefix walks the same links, so none has a buffer of its own.</summary>
internal sealed class WatchLink(StoreWatchBatch batch)
{
    /// <summary>Follows a link that was trimmed with the history, or the last link when all watches must end.</summary>
    public static readonly WatchLink Dropped = new(new StoreWatchBatch(Revision.None, []));

    private static readonly TaskCompletionSource Signalled = MakeSignalled();

    private WatchLink? _next;
    private TaskCompletionSource? _arrival;

    public StoreWatchBatch Batch { get; } = batch;

    public WatchLink? Next => Volatile.Read(ref _next);

    /// <summary>Completes when <see cref="Next"/> is there.</summary>
    public Task ArrivalAsync()
    {
        var arrival = Volatile.Read(ref _arrival);
        if (arrival is null)
        {
            var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            arrival = Interlocked.CompareExchange(ref _arrival, mine, null) ?? mine;
        }

        return arrival.Task;
    }

    public void Append(WatchLink next)
    {
        Volatile.Write(ref _next, next);
        var arrival = Interlocked.Exchange(ref _arrival, Signalled);
        arrival?.TrySetResult();
    }

    private static TaskCompletionSource MakeSignalled()
    {
        var signalled = new TaskCompletionSource();
        signalled.SetResult();
        return signalled;
    }
}
