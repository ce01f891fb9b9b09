using Orch.Storage;

namespace Orch.Store.Memory.Watching;

/// <summary>All live watches of one prefix: one chain of batches, filled once a commit whatever their number.</summary>
internal sealed class WatchGroup(string prefix, long liveFrom)
{
    private List<StoreEvent>? _staged;
    private WatchLink _oldest = new(new StoreWatchBatch(new Revision(liveFrom), []));
    private WatchLink? _newest;

    public string Prefix { get; } = prefix;

    public int Watchers { get; set; }

    /// <summary>The longest other watched prefix that this one begins with.</summary>
    public WatchGroup? Parent { get; set; }

    public WatchLink Newest => _newest ?? _oldest;

    /// <summary>Collects an event of a commit that has several.</summary>
    /// <returns>True for the first one.</returns>
    public bool Stage(StoreEvent change)
    {
        var isFirst = _staged is null;
        (_staged ??= []).Add(change);
        return isFirst;
    }

    /// <summary>Appends what was staged; the whole batch where it is the same.</summary>
    public void Flush(StoreWatchBatch whole)
    {
        Append(_staged!.Count == whole.Events.Count ? whole : new StoreWatchBatch(whole.Revision, _staged.ToArray()));
        _staged = null;
    }

    public void Append(StoreWatchBatch batch)
    {
        var link = new WatchLink(batch);
        Newest.Append(link);
        _newest = link;
    }

    /// <summary>Lets go of links up to a revision; a watch that still stands before them finds <see cref="WatchLink.Dropped"/>.</summary>
    public void Trim(long through)
    {
        while (_oldest.Next is { } next && next != WatchLink.Dropped && next.Batch.Revision.Value <= through)
        {
            _oldest.Append(WatchLink.Dropped);
            _oldest = next;
        }
    }

    public void End() => Newest.Append(WatchLink.Dropped);
}
