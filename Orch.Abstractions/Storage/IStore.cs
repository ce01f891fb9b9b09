namespace Orch.Storage;

/// <summary>A revisioned key-value store with etcd's semantics.</summary>
/// <remarks>
/// <para>An implementation guarantees: one global revision that grows by one with each commit that changes something (every key
/// written in one commit carries that revision); a commit is all or nothing and durable when its task completes (where the
/// store is durable at all); reads are linearizable unless a revision is named; keys order by ordinal comparison.
/// Keys are absolute ASCII paths without a trailing slash, such as <c>/registry/pods/default/web-0</c>; <see cref="StoreLimits"/> bounds a commit. An empty store is at revision 1, as in etcd.</para>
/// <para>All members are safe for concurrent use. The rules are etcd's: https://etcd.io/docs/v3.5/learning/api/</para>
/// </remarks>
public interface IStore
{
    /// <summary>Applies all operations in one revision if every precondition holds, else none.</summary>
    /// <returns>
    /// <see cref="CommitResult.Succeeded"/> with the new revision; or, as a value and not an exception, the conflict with what
    /// the preconditions' keys hold now. A commit that changes nothing (only deletes of absent keys) succeeds at the current revision.
    /// </returns>
    /// <exception cref="StoreException"><c>Unavailable</c>: unknown whether the write happened. <c>TooLarge</c>, <c>InvalidArgument</c>: it did not.</exception>
    ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken);

    /// <summary>Reads keys in order at one revision.</summary>
    /// <exception cref="StoreException"><c>Compacted</c>: the named revision is gone. <c>FutureRevision</c>: it has not happened yet.</exception>
    ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken);

    /// <summary>Streams every change under a prefix after a revision: no gap, no duplicate, in revision order.</summary>
    /// <returns>
    /// Batches; all events of one revision arrive in one batch. A batch without events is a progress notice: everything up to its revision has been delivered.
    /// A watch "from now on" begins with a notice that names the revision at which it became live.
    /// The stream ends only by cancellation (<see cref="OperationCanceledException"/>) or another exception. A consumer that falls too far behind gets <c>Compacted</c> or <c>Unavailable</c>, never silence.
    /// </returns>
    /// <exception cref="StoreException"><c>Compacted</c>: the start revision is gone; read again and watch from there.</exception>
    IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken);

    /// <summary>The newest revision, linearizable: no later read or watch on any member sees less.</summary>
    ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the history before a revision: reads at less and watches that would need an older change fail with <c>Compacted</c>; what it holds stays.</summary>
    /// <exception cref="StoreException"><c>Compacted</c>: already done; <c>FutureRevision</c>: it has not happened yet.</exception>
    Task CompactAsync(Revision revision, CancellationToken cancellationToken);
}

/// <summary>An optional ability of a store: a consistent copy of all its live keys.</summary>
public interface IStoreSnapshots
{
    /// <summary>Writes a self-contained snapshot at the newest revision, which is returned; writers go on meanwhile.</summary>
    Task<Revision> SnapshotAsync(Stream destination, CancellationToken cancellationToken);

    /// <summary>Replaces everything by a snapshot; the revision goes on from the larger of both, and every watch ends with <c>Compacted</c>.</summary>
    /// <exception cref="StoreException"><c>Corrupt</c>: not a whole snapshot; the store is unchanged.</exception>
    Task RestoreAsync(Stream source, CancellationToken cancellationToken);
}
