using Orch.Storage;

namespace Orch.ApiServer.Tests.Serving;

/// <summary>A store that, once told so, answers no question about its revision until its caller gives up.</summary>
internal sealed class HangingStore(IStore inner) : IStore
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Hangs { get; set; }

    /// <summary>Completes with the first question that is not answered.</summary>
    public Task Asked => _asked.Task;

    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken) => inner.CommitAsync(request, cancellationToken);

    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken) => inner.RangeAsync(request, cancellationToken);

    public async ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken)
    {
        if (!Hangs) { return await inner.CurrentRevisionAsync(cancellationToken); }
        var never = new TaskCompletionSource<Revision>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked.TrySetResult();
        return await never.Task.WaitAsync(cancellationToken);
    }

    public Task CompactAsync(Revision revision, CancellationToken cancellationToken) => inner.CompactAsync(revision, cancellationToken);

    public IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken) => inner.WatchAsync(request, cancellationToken);
}
