using Orch.Store.Memory.History;

namespace Orch.Store.Memory.Journal;

/// <summary>The commits that will share one fsync, and those who wait for it.</summary>
internal sealed class PendingBatch(FrameBuffer frame)
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FrameBuffer Frame { get; } = frame;

    public List<CommitRecord> Records { get; } = [];

    /// <summary>Completes when all of it is on disk and published.</summary>
    public Task Completion => _completion.Task;

    public void Add(CommitRecord record)
    {
        Records.Add(record);
        Frame.Add(record);
    }

    public void Succeed() => _completion.TrySetResult();

    public void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _ = _completion.Task.Exception; // Observed even when nobody waits.
    }
}
