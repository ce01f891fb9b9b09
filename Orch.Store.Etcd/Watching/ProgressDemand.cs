namespace Orch.Store.Etcd.Watching;

/// <summary>The newest revision that someone asked the store for: watches that want progress are brought up to it at once.</summary>
/// <remarks>
/// A cache that answers reads only when it has seen the newest revision would else wait for the next change under its prefix
/// whenever the revision has moved on elsewhere: by another cluster in the same etcd, or by compaction's own key.
/// </remarks>
internal sealed class ProgressDemand
{
    private readonly Lock _gate = new();
    private long _wanted;
    private TaskCompletionSource _raised = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Wanted => Volatile.Read(ref _wanted);

    public void Raise(long revision)
    {
        if (revision <= Wanted)
        {
            return;
        }

        TaskCompletionSource raised;
        lock (_gate)
        {
            Volatile.Write(ref _wanted, Math.Max(revision, _wanted));
            raised = _raised;
            _raised = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        raised.SetResult();
    }

    /// <summary>Completes when the demand is next raised, or at once where more than a revision is wanted already.</summary>
    public Task ExceedsAsync(long revision)
    {
        lock (_gate)
        {
            return _wanted > revision ? Task.CompletedTask : _raised.Task;
        }
    }
}
