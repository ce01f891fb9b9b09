using System.Globalization;
using System.Text;
using Orch.Storage;

namespace Orch.Contracts.Storage;

/// <summary>Runs a script and tells what was seen, revisions counted from where the store stood, so that two stores can be compared.</summary>
public sealed class StoreScriptRunner(IStore store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly List<string> _seen = [];
    private long _start;
    private long _newest;
    private long _floor;

    public async Task<IReadOnlyList<string>> RunAsync(IEnumerable<StoreScript.Step> steps)
    {
        _start = _newest = _floor = (await store.CurrentRevisionAsync(default)).Value;
        foreach (var step in steps)
        {
            try
            {
                await RunAsync(step);
            }
            catch (StoreException failure)
            {
                _seen.Add($"{step.GetType().Name}: {failure.Code}");
            }
        }

        return _seen;
    }

    private Task RunAsync(StoreScript.Step step) => step switch
    {
        StoreScript.Commit commit => CommitAsync(commit),
        StoreScript.Read read => ReadAsync(read),
        StoreScript.Watch watch => WatchAsync(watch),
        StoreScript.Compact compact => CompactAsync(compact),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private async Task CommitAsync(StoreScript.Commit commit)
    {
        var preconditions = new List<Precondition>();
        foreach (var (at, guard) in commit.Guards)
        {
            var key = StoreScript.Keys[at];
            var entry = (await store.RangeAsync(RangeRequest.Key(key), default)).Entries.SingleOrDefault();
            var current = entry?.Modified.Value ?? 0;
            if (guard != StoreScript.Guard.None)
            {
                preconditions.Add(new Precondition(key, new Revision(guard switch
                {
                    StoreScript.Guard.Absent => 0,
                    StoreScript.Guard.Stale => current == 0 ? _newest : current - 1,
                    _ => current,
                })));
            }
        }

        var result = await store.CommitAsync(new CommitRequest(preconditions, [.. commit.Writes.Select(Write)]), default);
        _newest = result.Revision.Value;
        _seen.Add($"commit {result.Succeeded} {At(result.Revision)} [{string.Join(", ", result.Conflicts.Select(conflict => $"{conflict.Key}: {Describe(conflict.Entry)}"))}]");
    }

    private async Task ReadAsync(StoreScript.Read read)
    {
        var request = new RangeRequest(StoreScript.Keys[read.From], read.To is { } to ? StoreScript.Keys[to] : null)
        {
            Limit = read.Limit,
            KeysOnly = read.KeysOnly,
            AtRevision = read.Back is { } back ? Back(back) : Revision.None,
        };
        var result = await store.RangeAsync(request, default);
        _seen.Add($"read {At(result.Revision)} {result.Count} {result.More} [{string.Join(", ", result.Entries.Select(Describe))}]");
    }

    private async Task WatchAsync(StoreScript.Watch watch)
    {
        // A write under the prefix marks the end of what there is to see.
        var prefix = StoreScript.Prefixes[watch.Prefix];
        var after = Back(watch.Back);
        var end = await store.CommitAsync(new CommitRequest([], [StoreWrite.Put($"{prefix}end", Encoding.ASCII.GetBytes("end"))]), default);
        _newest = end.Revision.Value;
        if (after.Value + 1 == _floor)
        {
            after = new Revision(_floor); // Older etcd loses a deletion exactly at its compaction.
        }

        await using var probe = new WatchProbe(store, new StoreWatchRequest(prefix, after), Patience);
        while (true)
        {
            var batch = await probe.NextEventsAsync();
            var events = batch.Events.OrderBy(change => change.Key, StringComparer.Ordinal).Select(Describe);
            _seen.Add($"watch {At(batch.Revision)} [{string.Join(", ", events)}]");
            if (batch.Revision == end.Revision)
            {
                return;
            }
        }
    }

    private async Task CompactAsync(StoreScript.Compact compact)
    {
        var revision = Back(compact.Back);
        await store.CompactAsync(revision, default);
        _floor = revision.Value;
        _seen.Add($"compact {At(revision)}");
    }

    private static StoreWrite Write(KeyValuePair<int, int> write) => write.Value < 0
        ? StoreWrite.Delete(StoreScript.Keys[write.Key])
        : StoreWrite.Put(StoreScript.Keys[write.Key], Encoding.ASCII.GetBytes(write.Value.ToString(CultureInfo.InvariantCulture)));

    private Revision Back(int back) => new(Math.Max(_newest - back, _start));

    private long At(Revision revision) => revision.Value - _start;

    private string Describe(StoreEntry? entry) => entry is null
        ? "absent"
        : $"{entry.Key}={Encoding.ASCII.GetString(entry.Value.Span)} @{At(entry.Created)}..{At(entry.Modified)} v{entry.Version}";

    private string Describe(StoreEvent change)
        => $"{change.Key}@{At(change.Revision)}: {Describe(change.Entry)}{(change.Revision.Value > _floor ? $" before: {Describe(change.Previous)}" : string.Empty)}";
}
