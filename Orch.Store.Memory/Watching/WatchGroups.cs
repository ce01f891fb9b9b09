using Orch.Storage;
using Orch.Store.Memory.History;

namespace Orch.Store.Memory.Watching;

/// <summary>Finds the watched prefixes of a key: one binary search, then up the chain of prefixes of prefixes.</summary>
/// <remarks>
/// In a sorted set every prefix of a key sorts at or before it, and everything between such a prefix and the key begins with that prefix too.
/// So all prefixes of a key are among the greatest member at or before the key and its parents. Guarded by the store's lock.
/// </remarks>
internal sealed class WatchGroups
{
    private readonly List<WatchGroup> _sorted = [];
    private readonly List<WatchGroup> _touched = [];

    public int Watchers { get; private set; }

    public WatchGroup Join(string prefix, long liveFrom)
    {
        var at = LowerBound(prefix);
        var group = at < _sorted.Count && string.Equals(_sorted[at].Prefix, prefix, StringComparison.Ordinal)
            ? _sorted[at]
            : Insert(at, new WatchGroup(prefix, liveFrom));
        group.Watchers++;
        Watchers++;
        return group;
    }

    public void Leave(WatchGroup group)
    {
        Watchers--;
        if (--group.Watchers > 0)
        {
            return;
        }

        var at = LowerBound(group.Prefix);
        if (at < _sorted.Count && ReferenceEquals(_sorted[at], group))
        {
            _sorted.RemoveAt(at);
            Reparent(at, group.Prefix, group, group.Parent);
        }
    }

    public void Publish(StoreWatchBatch batch)
    {
        if (_sorted.Count == 0)
        {
            return;
        }

        if (batch.Events.Count == 1)
        {
            for (var group = Find(batch.Events[0].Key); group is not null; group = group.Parent)
            {
                group.Append(batch);
            }

            return;
        }

        foreach (var change in batch.Events)
        {
            for (var group = Find(change.Key); group is not null; group = group.Parent)
            {
                if (group.Stage(change))
                {
                    _touched.Add(group);
                }
            }
        }

        _touched.ForEach(group => group.Flush(batch));
        _touched.Clear();
    }

    /// <summary>Trims the chains that hold a dropped commit.</summary>
    public void Trim(CommitRecord dropped)
    {
        if (_sorted.Count == 0)
        {
            return;
        }

        foreach (var change in dropped.Batch.Events)
        {
            for (var group = Find(change.Key); group is not null; group = group.Parent)
            {
                group.Trim(dropped.Revision);
            }
        }
    }

    /// <summary>Ends every watch as compacted.</summary>
    public void EndAll()
    {
        _sorted.ForEach(group => group.End());
        _sorted.Clear();
    }

    private WatchGroup? Find(string key)
    {
        var at = LowerBound(key);
        var group = at < _sorted.Count && string.Equals(_sorted[at].Prefix, key, StringComparison.Ordinal) ? _sorted[at] : at > 0 ? _sorted[at - 1] : null;
        while (group is not null && !key.StartsWith(group.Prefix, StringComparison.Ordinal))
        {
            group = group.Parent;
        }

        return group;
    }

    private WatchGroup Insert(int at, WatchGroup group)
    {
        group.Parent = Find(group.Prefix);
        _sorted.Insert(at, group);
        Reparent(at + 1, group.Prefix, group.Parent, group);
        return group;
    }

    private void Reparent(int from, string prefix, WatchGroup? before, WatchGroup? after)
    {
        for (var i = from; i < _sorted.Count && _sorted[i].Prefix.StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            if (ReferenceEquals(_sorted[i].Parent, before))
            {
                _sorted[i].Parent = after;
            }
        }
    }

    private int LowerBound(string key)
    {
        int low = 0, high = _sorted.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_sorted[middle].Prefix, key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
