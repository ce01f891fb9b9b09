namespace Orch.ApiServer.Caching;

/// <summary>The events of one scope (everything, a namespace, a node's pods ...) as an endless linked list, with those who follow it.</summary>
/// <remarks>Events that everyone has passed are garbage; only a follower's position keeps them. Guarded by the cache's lock but for the nodes.</remarks>
internal sealed class EventStream
{
    private readonly List<CacheWatch> _followers = [];
    private readonly WakePace _pace;

    public EventStream(Lock gate, TimeProvider time) => _pace = new WakePace(gate, time, WakeRemote);

    /// <summary>The newest node; its event has happened already.</summary>
    public EventNode Tail { get; private set; } = new(null, 0, 0);

    /// <summary>Whether nobody follows.</summary>
    public bool IsIdle => _followers.Count == 0;

    /// <summary>How many follow.</summary>
    public int FollowerCount => _followers.Count;

    /// <summary>How many of them send what they read to a client elsewhere.</summary>
    public int RemoteCount { get; private set; }

    /// <summary>Appends without telling the followers.</summary>
    public void Append(CacheEvent item, long timestamp)
    {
        var node = new EventNode(item, Tail.Sequence + 1, timestamp);
        Tail.Next = node;
        Tail = node;
    }

    /// <summary>Wakes the followers, those elsewhere at their pace, and drops those that are more than <paramref name="limit"/> events behind.</summary>
    public int Notify(long limit)
    {
        var dropped = 0;
        var oldest = Tail.Sequence - limit;
        var wakesRemote = _pace.WakesNow(RemoteCount);
        foreach (var watch in _followers)
        {
            if (watch.Position < oldest && watch.Close(WatchEnd.TooSlow)) { dropped++; }
            if (wakesRemote || !watch.IsRemote) { watch.Signal(); }
        }

        return dropped;
    }

    /// <summary>Adds a follower.</summary>
    public void Add(CacheWatch watch)
    {
        watch.Slot = _followers.Count;
        _followers.Add(watch);
    }

    /// <summary>Removes a follower; false when it had been removed.</summary>
    public bool Remove(CacheWatch watch)
    {
        if (watch.Slot < 0) { return false; }
        var last = _followers[^1];
        _followers[watch.Slot] = last;
        last.Slot = watch.Slot;
        _followers.RemoveAt(_followers.Count - 1);
        watch.Slot = -1;
        if (watch.IsRemote) { RemoteCount--; }
        return true;
    }

    /// <summary>A follower sends what it reads to a client elsewhere.</summary>
    public void MarkRemote(CacheWatch watch)
    {
        if (watch.Slot < 0 || watch.IsRemote) { return; }
        watch.IsRemote = true;
        RemoteCount++;
    }

    /// <summary>Calls an action for each follower.</summary>
    public void ForEach(Action<CacheWatch> action) => _followers.ForEach(action);

    private void WakeRemote()
    {
        foreach (var watch in _followers)
        {
            if (watch.IsRemote) { watch.Signal(); }
        }
    }
}

/// <summary>A link of an <see cref="EventStream"/>.</summary>
internal sealed class EventNode(CacheEvent? item, long sequence, long timestamp)
{
    private EventNode? _next;

    /// <summary>Null only in the node that a stream begins with.</summary>
    public CacheEvent? Event { get; } = item;

    /// <summary>Counts within the stream.</summary>
    public long Sequence { get; } = sequence;

    /// <summary>Of the injected clock.</summary>
    public long Timestamp { get; } = timestamp;

    /// <summary>Null at the end.</summary>
    public EventNode? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }
}
