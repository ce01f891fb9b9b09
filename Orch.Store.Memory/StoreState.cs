using Orch.Storage;
using Orch.Store.Memory.History;
using Orch.Store.Memory.Index;
using Orch.Store.Memory.Watching;

namespace Orch.Store.Memory;

/// <summary>The store without its disk: versions, history and watches.</summary>
/// <remarks>
/// A commit is first applied, which claims its revision and makes it visible to the preconditions of later commits, and then
/// published, which makes it visible to readers and watches. In between it may be on its way to disk.
/// All members named "lock-free" may be called by anyone; the others need <see cref="Gate"/>.
/// </remarks>
internal sealed class StoreState(MemoryStoreOptions options, TimeProvider time)
{
    private readonly CommitLog _log = new();
    private readonly WatchGroups _groups = new();
    private KeyIndex _index = KeyIndex.Empty;
    private long _applied = 1;
    private long _published = 1;
    private long _compacted;

    public Lock Gate { get; } = new();

    /// <summary>Lock-free: the newest revision that readers see.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Lock-free: reads below it fail.</summary>
    public long Compacted => Volatile.Read(ref _compacted);

    /// <summary>The newest revision that a commit claimed.</summary>
    public long Applied => _applied;

    public int Watchers => _groups.Watchers;

    public long HistoryBytes => _log.Bytes;

    /// <summary>Lock-free.</summary>
    public int IndexedKeys
    {
        get
        {
            var counter = default(KeyCounter);
            Volatile.Read(ref _index).Walk(string.Empty, "\uffff", ref counter);
            return counter.Count;
        }
    }

    /// <summary>Applies a valid request.</summary>
    /// <param name="record">What is to be published; null on a conflict or where nothing changes.</param>
    public CommitResult Apply(CommitRequest request, int bytes, out CommitRecord? record)
    {
        record = null;
        if (FindConflicts(request.Preconditions) is { } conflicts)
        {
            return new CommitResult(false, new Revision(_applied), conflicts);
        }

        var revision = new Revision(_applied + 1);
        var events = new StoreEvent[request.Writes.Count];
        var changes = new KeyChange[request.Writes.Count];
        var count = 0;
        for (var i = 0; i < request.Writes.Count; i++)
        {
            if (Write(request.Writes[i], revision, out changes[count]) is { } change)
            {
                events[count++] = change;
            }
        }

        if (count == 0)
        {
            return new CommitResult(true, new Revision(_applied), []);
        }

        if (count < events.Length)
        {
            Array.Resize(ref events, count);
            Array.Resize(ref changes, count);
        }

        _applied = revision.Value;
        record = new CommitRecord(new StoreWatchBatch(revision, events), changes, bytes, time.GetTimestamp());
        return new CommitResult(true, revision, []);
    }

    /// <summary>Shows the next applied commit to readers and watches.</summary>
    public void Publish(CommitRecord record)
    {
        _log.Add(record);
        _groups.Publish(record.Batch);
        Volatile.Write(ref _published, record.Revision);
        while (_log.Count > options.MaxHistoryRevisions || (_log.Bytes > options.MaxHistoryBytes && _log.Count > 1))
        {
            TrimThrough(_log.First.Revision + 1);
        }
    }

    /// <summary>Takes back every commit that was applied and not published, the newest first.</summary>
    public void Withdraw(IReadOnlyList<CommitRecord> unpublished)
    {
        for (var i = unpublished.Count - 1; i >= 0; i--)
        {
            foreach (var (history, version) in unpublished[i].Changes)
            {
                if (version.Older is { } older && (older.Entry is not null || older.Revision > _compacted))
                {
                    history.Head = older;
                }
                else
                {
                    Forget(history);
                }
            }
        }

        _applied = _published;
    }

    /// <summary>Lock-free.</summary>
    public RangeResult Range(RangeRequest request)
    {
        while (true)
        {
            // In this order: an index read after the revision holds every key of that revision.
            var newest = Published;
            var revision = request.AtRevision == Revision.None ? newest : request.AtRevision.Value;
            if (revision > newest)
            {
                throw new StoreException(StoreErrorCode.FutureRevision, $"Revision {revision} has not happened yet; the newest is {newest}.");
            }

            var index = Volatile.Read(ref _index);
            var result = Read(index, request, revision, newest);

            // Compaction may have cut what the walk was looking for.
            var compacted = Compacted;
            if (revision >= compacted)
            {
                return result;
            }

            if (request.AtRevision != Revision.None)
            {
                throw CompactedError(revision);
            }
        }
    }

    public WatchStart Attach(string prefix, Revision after)
    {
        var isFromNow = after == Revision.None;
        var oldest = _log.Count > 0 ? _log.First.Revision : _published + 1;
        if (!isFromNow && after.Value + 1 < oldest)
        {
            throw CompactedError(after.Value);
        }

        var group = _groups.Join(prefix, _published);
        var backlog = isFromNow ? null : _log.Find(after.Value + 1);
        return new WatchStart(group, group.Newest, backlog, _published);
    }

    public void Detach(WatchStart start) => _groups.Leave(start.Group);

    /// <summary>Raises the compaction floor; the history below it is then let go with <see cref="TrimSome"/>.</summary>
    public void BeginCompaction(long revision)
    {
        if (revision <= _compacted)
        {
            throw CompactedError(revision);
        }

        if (revision > _published)
        {
            throw new StoreException(StoreErrorCode.FutureRevision, $"Cannot compact at revision {revision}; the newest is {_published}.");
        }

        Volatile.Write(ref _compacted, revision);
    }

    /// <summary>Lets go of a bounded part of the history below the compaction floor.</summary>
    /// <returns>False once nothing is left to do.</returns>
    public bool TrimSome()
    {
        const int Step = 512;
        if (_log.Count == 0 || _log.First.Revision > _compacted)
        {
            return false;
        }

        var target = Math.Min(_compacted, _log.First.Revision + Step);
        TrimThrough(target);
        return target < _compacted;
    }

    /// <summary>The last commit older than the history's age bound; 0 where there is none.</summary>
    public long FindExpired()
    {
        long expired = 0;
        for (var record = _log.Count > 0 ? _log.First : null; record is not null && record.Revision <= _published; record = record.Next)
        {
            if (time.GetElapsedTime(record.Timestamp) <= options.MaxHistoryAge)
            {
                break;
            }

            expired = record.Revision;
        }

        return expired;
    }

    /// <summary>Replaces everything; no history is left.</summary>
    public void Reset(KeyIndex index, long revision)
    {
        _log.Clear();
        _groups.EndAll();
        Volatile.Write(ref _compacted, revision);
        Volatile.Write(ref _index, index);
        _applied = revision;
        Volatile.Write(ref _published, revision);
    }

    public StoreException CompactedError(long revision)
    {
        var oldest = Math.Max(Compacted, 1);
        return new StoreException(StoreErrorCode.Compacted, $"Revision {revision} has been compacted; the oldest that can be read is {oldest}.")
        {
            CompactRevision = new Revision(oldest),
        };
    }

    public static RangeResult Read(KeyIndex index, RangeRequest request, long revision, long newest)
    {
        if (request.To is { } to)
        {
            var visitor = new RangeVisitor(request, revision);
            index.Walk(request.From, to, ref visitor);
            return new RangeResult(new Revision(newest), visitor.Entries, !request.CountOnly && visitor.Count > visitor.Entries.Count, visitor.Count);
        }

        var entry = index.Find(request.From)?.At(revision);
        return entry is null ? new RangeResult(new Revision(newest), [], false, 0)
            : request.CountOnly ? new RangeResult(new Revision(newest), [], false, 1)
            : new RangeResult(new Revision(newest), [request.KeysOnly ? entry with { Value = default } : entry], false, 1);
    }

    private List<ConflictEntry>? FindConflicts(IReadOnlyList<Precondition> preconditions)
    {
        List<ConflictEntry>? conflicts = null;
        for (var i = 0; i < preconditions.Count; i++)
        {
            var (key, expected) = preconditions[i];
            var entry = _index.Find(key)?.Head.Entry;
            if ((entry?.Modified ?? Revision.None) != expected)
            {
                (conflicts ??= []).Add(new ConflictEntry(key, entry));
            }
        }

        return conflicts;
    }

    private StoreEvent? Write(StoreWrite write, Revision revision, out KeyChange change)
    {
        var history = _index.Find(write.Key);
        var previous = history?.Head.Entry;
        if (write.Value is null && previous is null)
        {
            change = default;
            return null;
        }

        var entry = write.Value is { } value
            ? new StoreEntry(history?.Key ?? write.Key, value, previous?.Created ?? revision, revision, (previous?.Version ?? 0) + 1)
            : null;
        var version = new KeyVersion(revision.Value, entry, history?.Head);
        if (history is null)
        {
            history = new KeyHistory(write.Key, version);
            Volatile.Write(ref _index, _index.Add(history));
        }
        else
        {
            history.Head = version;
        }

        change = new KeyChange(history, version);
        return new StoreEvent(history.Key, entry, revision, previous);
    }

    /// <summary>Makes a revision the oldest retained one.</summary>
    private void TrimThrough(long revision)
    {
        if (revision > _compacted)
        {
            Volatile.Write(ref _compacted, revision);
        }

        while (_log.Count > 0 && _log.First.Revision < revision)
        {
            Trim(_log.First);
            _groups.Trim(_log.DropFirst());
        }

        if (_log.Find(revision) is { } oldest)
        {
            Trim(oldest);
        }
    }

    private void Trim(CommitRecord record)
    {
        if (record.IsTrimmed)
        {
            return;
        }

        record.IsTrimmed = true;
        foreach (var (history, version) in record.Changes)
        {
            version.ForgetOlder();
            if (version.Entry is null && ReferenceEquals(history.Head, version))
            {
                Forget(history);
            }
        }
    }

    /// <summary>Takes a key out, unless it has come anew since.</summary>
    private void Forget(KeyHistory history)
    {
        if (ReferenceEquals(_index.Find(history.Key), history))
        {
            Volatile.Write(ref _index, _index.Remove(history.Key));
        }
    }

    private struct KeyCounter : IKeyVisitor
    {
        public int Count { get; private set; }

        public void Visit(KeyHistory history) => Count++;
    }
}
