using System.Runtime.CompilerServices;
using Orch.Storage;

namespace Orch.Contracts.Storage;

/// <summary>The store's rules in the plainest way: a whole copy of everything for each revision.</summary>
public sealed class NaiveStore : IStore
{
    private readonly List<SortedDictionary<string, StoreEntry>> _states = [new(StringComparer.Ordinal), new(StringComparer.Ordinal)];
    private readonly List<StoreWatchBatch> _batches = [];
    private int _floor;

    private int Newest => _states.Count - 1;

    public ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        var now = _states[Newest];
        var conflicts = request.Preconditions
            .Where(precondition => (now.GetValueOrDefault(precondition.Key)?.Modified ?? Revision.None) != precondition.Expected)
            .Select(precondition => new ConflictEntry(precondition.Key, now.GetValueOrDefault(precondition.Key)))
            .ToList();
        if (conflicts.Count > 0)
        {
            return new(new CommitResult(false, new Revision(Newest), conflicts));
        }

        var revision = new Revision(Newest + 1);
        var next = new SortedDictionary<string, StoreEntry>(now, StringComparer.Ordinal);
        var events = new List<StoreEvent>();
        foreach (var (key, value) in request.Writes)
        {
            var previous = now.GetValueOrDefault(key);
            if (value is { } bytes)
            {
                next[key] = new StoreEntry(key, bytes, previous?.Created ?? revision, revision, (previous?.Version ?? 0) + 1);
                events.Add(new StoreEvent(key, next[key], revision, previous));
            }
            else if (next.Remove(key))
            {
                events.Add(new StoreEvent(key, null, revision, previous));
            }
        }

        if (events.Count > 0)
        {
            _states.Add(next);
            _batches.Add(new StoreWatchBatch(revision, events));
        }

        return new(new CommitResult(true, new Revision(Newest), []));
    }

    public ValueTask<RangeResult> RangeAsync(RangeRequest request, CancellationToken cancellationToken)
    {
        var at = request.AtRevision == Revision.None ? Newest : (int)request.AtRevision.Value;
        Check(at);
        var all = _states[at].Values
            .Where(entry => request.To is null ? entry.Key == request.From : string.CompareOrdinal(entry.Key, request.From) >= 0 && string.CompareOrdinal(entry.Key, request.To) < 0)
            .ToList();
        var some = all.Take(request.Limit == 0 ? int.MaxValue : request.Limit).Select(entry => request.KeysOnly ? entry with { Value = default } : entry).ToList();
        return new(new RangeResult(new Revision(Newest), some, some.Count < all.Count, all.Count));
    }

    public async IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (request.After.Value + 1 < _floor)
        {
            throw new StoreException(StoreErrorCode.Compacted, "compacted");
        }

        foreach (var batch in _batches.Where(batch => batch.Revision > request.After).ToList())
        {
            var events = batch.Events.Where(change => change.Key.StartsWith(request.Prefix, StringComparison.Ordinal)).ToList();
            if (events.Count > 0)
            {
                yield return new StoreWatchBatch(batch.Revision, events);
            }
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken) => new(new Revision(Newest));

    public Task CompactAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision.Value <= _floor)
        {
            throw new StoreException(StoreErrorCode.Compacted, "compacted");
        }

        Check((int)revision.Value);
        _floor = (int)revision.Value;
        return Task.CompletedTask;
    }

    private void Check(int revision)
    {
        if (revision > Newest)
        {
            throw new StoreException(StoreErrorCode.FutureRevision, "future");
        }

        if (revision < _floor)
        {
            throw new StoreException(StoreErrorCode.Compacted, "compacted");
        }
    }
}
