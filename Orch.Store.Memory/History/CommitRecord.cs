using Orch.Storage;

namespace Orch.Store.Memory.History;

/// <summary>One commit of the history, linked to the next so that a watch that catches up walks without a lock.</summary>
internal sealed class CommitRecord
{
    /// <summary>Follows a record that compaction has dropped: whoever stands there has missed changes.</summary>
    public static readonly CommitRecord Dropped = new(new StoreWatchBatch(Storage.Revision.None, []), [], 0, 0);

    private CommitRecord? _next;

    public CommitRecord(StoreWatchBatch batch, KeyChange[] changes, int bytes, long timestamp)
    {
        Batch = batch;
        Changes = changes;
        Bytes = bytes;
        Timestamp = timestamp;
    }

    /// <summary>All events of the commit, shared by every watch that sees all of them.</summary>
    public StoreWatchBatch Batch { get; }

    public KeyChange[] Changes { get; }

    /// <summary>Written keys and values, to bound the history.</summary>
    public int Bytes { get; }

    /// <summary>Of the store's <see cref="TimeProvider"/>.</summary>
    public long Timestamp { get; }

    public long Revision => Batch.Revision.Value;

    /// <summary>True once versions older than this commit's have been let go.</summary>
    public bool IsTrimmed { get; set; }

    public CommitRecord? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    /// <summary>The part of the batch under a prefix; null where there is none.</summary>
    public StoreWatchBatch? Under(string prefix)
    {
        var matching = 0;
        foreach (var change in Batch.Events)
        {
            matching += change.Key.StartsWith(prefix, StringComparison.Ordinal) ? 1 : 0;
        }

        if (matching == Batch.Events.Count)
        {
            return Batch;
        }

        return matching == 0
            ? null
            : new StoreWatchBatch(Batch.Revision, [.. Batch.Events.Where(change => change.Key.StartsWith(prefix, StringComparison.Ordinal))]);
    }
}
