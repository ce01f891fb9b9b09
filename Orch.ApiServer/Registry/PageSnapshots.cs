using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Registry;

/// <summary>Remembers the snapshots that paged lists began on, so that their next pages come from memory.</summary>
/// <remarks>A snapshot shares nearly all with the cache; what it holds beyond is what has changed since. Forgotten ones are read from the store.</remarks>
internal sealed class PageSnapshots(TimeProvider time)
{
    private const int Capacity = 64;
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<(ResourceCache, long), (ObjectTree Objects, long Since)> _kept = [];
    private readonly Queue<((ResourceCache, long) Key, long Since)> _order = [];

    /// <summary>Keeps one for some minutes.</summary>
    public void Keep(ResourceCache cache, long revision, ObjectTree objects)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            Forget(now, Capacity - 1);
            if (!_kept.TryAdd((cache, revision), (objects, now))) { return; }
            _order.Enqueue(((cache, revision), now));
        }
    }

    /// <summary>The objects at a revision, or null.</summary>
    public ObjectTree? Find(ResourceCache cache, long revision)
    {
        lock (_gate) { return _kept.TryGetValue((cache, revision), out var kept) ? kept.Objects : null; }
    }

    /// <summary>Forgets the old ones.</summary>
    public void Trim()
    {
        lock (_gate) { Forget(time.GetTimestamp(), Capacity); }
    }

    private void Forget(long now, int capacity)
    {
        while (_order.TryPeek(out var oldest) && (_order.Count > capacity || time.GetElapsedTime(oldest.Since, now) > MaxAge))
        {
            _order.Dequeue();
            if (_kept.TryGetValue(oldest.Key, out var kept) && kept.Since == oldest.Since) { _kept.Remove(oldest.Key); }
        }
    }
}
