using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Caching;

/// <summary>The objects of one stored resource, their recent history, and those who watch them.</summary>
/// <remarks>
/// One writer (the mirror of the store) and any number of readers. A reader takes a snapshot without a lock; the lock is held for
/// the moment in which a batch's events are appended or a watch is attached, so that a watch joins exactly at its snapshot.
/// </remarks>
internal sealed class ResourceCache
{
    private static readonly ImmutableSortedDictionary<string, UnreadableObject> NoneUnreadable = ImmutableSortedDictionary.Create<string, UnreadableObject>(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly CacheLimits _limits;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, CachedObject> _offers = new(StringComparer.Ordinal);
    private readonly EventStream _all;
    private readonly Dictionary<string, EventStream> _byPrefix = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventStream> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, EventStream>> _byField = new(StringComparer.Ordinal);
    private readonly List<CacheEvent> _staged = [];
    private CacheSnapshot _snapshot = new(ObjectTree.Empty, 0);
    private ImmutableSortedDictionary<string, UnreadableObject> _unreadable = NoneUnreadable;
    private ObjectTree _stagedObjects = ObjectTree.Empty;
    private EventNode _oldest;
    private EventNode _oldestTyped;
    private int _historyCount;
    private long _historyBytes;
    private long _forgotten;
    private long _dropped;

    public ResourceCache(string prefix, ResourceDeclaration? declaration, CacheLimits limits, TimeProvider time)
    {
        Prefix = prefix;
        Declaration = declaration;
        _limits = limits;
        _time = time;
        _all = new EventStream(_gate, time);
        _oldest = _all.Tail;
        _oldestTyped = _all.Tail;
    }

    /// <summary>Key prefix with a trailing slash.</summary>
    public string Prefix { get; }

    /// <summary>The stored form; null where nothing declares it.</summary>
    public ResourceDeclaration? Declaration { get; }

    /// <summary>The objects now.</summary>
    public CacheSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Objects whose newest state cannot be read, by key; where an older one could, that is still among the objects.</summary>
    public ImmutableSortedDictionary<string, UnreadableObject> Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>Watches that were closed because they were too slow.</summary>
    public long DroppedWatches => Interlocked.Read(ref _dropped);

    /// <summary>Watches that are open.</summary>
    public int WatchCount
    {
        get
        {
            var count = 0;
            lock (_gate) { ForEachStream(stream => count += stream.FollowerCount); }
            return count;
        }
    }

    /// <summary>Clients elsewhere that would be sent a change of one object; those left out that follow one value of a field.</summary>
    /// <param name="namespaceName">The object's; empty where it has none.</param>
    /// <param name="name">The object's; empty for one that has no name yet.</param>
    public int RemoteWatchersOf(string namespaceName, string name)
    {
        lock (_gate)
        {
            var count = _all.RemoteCount;
            if (namespaceName.Length > 0 && _byPrefix.Count > 0 && _byPrefix.TryGetValue($"{Prefix}{namespaceName}/", out var near)) { count += near.RemoteCount; }
            if (name.Length > 0 && _byKey.Count > 0 && _byKey.TryGetValue(namespaceName.Length > 0 ? $"{Prefix}{namespaceName}/{name}" : Prefix + name, out var own)) { count += own.RemoteCount; }
            return count;
        }
    }

    /// <summary>What a watch reads is sent to a client elsewhere.</summary>
    public void MarkRemote(EventStream stream, CacheWatch watch)
    {
        lock (_gate) { stream.MarkRemote(watch); }
    }

    /// <summary>Hands in an object that has just been written, so that nobody has to decode it again.</summary>
    public void Offer(CachedObject written)
    {
        if (TakeIn(written)) { return; }
        _offers[written.Key] = written;
        if (TakeIn(written)) { _offers.TryRemove(KeyValuePair.Create(written.Key, written)); }

        bool TakeIn(CachedObject offer)
        {
            var snapshot = Snapshot;
            if (snapshot.Objects.Find(offer.Key) is not { } there) { return snapshot.Revision >= offer.Revision; }
            if (there.Revision == offer.Revision && there.DecodedValue is null && offer.DecodedValue is { } value) { there.Adopt(value); }
            return there.Revision >= offer.Revision;
        }
    }

    /// <summary>The object of an entry: the cached one, one on its way into the cache, or a new one.</summary>
    public CachedObject Known(StoreEntry entry)
    {
        if (Snapshot.Objects.Find(entry.Key) is { } cached && cached.Revision == entry.Modified.Value) { return cached; }
        return _offers.TryGetValue(entry.Key, out var offer) && offer.Revision == entry.Modified.Value
            ? offer
            : new CachedObject(entry.Key, entry.Value, entry.Modified.Value, Declaration);
    }

    /// <summary>Replaces everything, ends all watches and forgets the history.</summary>
    public void Load(ObjectTree objects, long revision, IEnumerable<UnreadableObject>? unreadable = null)
    {
        lock (_gate)
        {
            Volatile.Write(ref _unreadable, unreadable is null ? NoneUnreadable : NoneUnreadable.AddRange(unreadable.Select(static item => KeyValuePair.Create(item.Key, item))));
            _staged.Clear();
            _offers.Clear();
            _stagedObjects = objects;
            _oldest = _all.Tail;
            _oldestTyped = _all.Tail;
            _historyCount = 0;
            _historyBytes = 0;
            _forgotten = revision;
            Volatile.Write(ref _snapshot, new CacheSnapshot(objects, revision));
            CloseAll(WatchEnd.Reset);
        }
    }

    /// <summary>Makes the object of an entry.</summary>
    public CachedObject ToObject(StoreEntry entry)
    {
        if (_offers.TryRemove(entry.Key, out var offer) && offer.Revision == entry.Modified.Value) { return offer; }
        return new CachedObject(entry.Key, entry.Value, entry.Modified.Value, Declaration);
    }

    /// <summary>Takes in an event of the store; it shows with the next <see cref="Publish"/>. Called by one thread.</summary>
    /// <returns>True for the first event since the last publication.</returns>
    public bool Stage(StoreEvent item)
    {
        var previous = _stagedObjects.Find(item.Key);
        if (item.Entry is { } broken && StoredValue.FaultOf(broken) is { } fault)
        {
            // Nobody is told: what is there now will be readable again, or be deleted.
            Volatile.Write(ref _unreadable, _unreadable.SetItem(item.Key, new UnreadableObject(item.Key, item.Revision.Value, fault)));
            return false;
        }

        if (_unreadable.Count > 0) { Volatile.Write(ref _unreadable, _unreadable.Remove(item.Key)); }
        var before = _staged.Count;
        if (item.Entry is { } entry)
        {
            var current = ToObject(entry);
            _stagedObjects = _stagedObjects.Set(current);
            _staged.Add(new CacheEvent(previous, current, item.Revision.Value));
        }
        else if (previous is not null)
        {
            _stagedObjects = _stagedObjects.Remove(item.Key);
            _staged.Add(new CacheEvent(previous, null, item.Revision.Value));
        }

        return before == 0 && _staged.Count == 1;
    }

    /// <summary>The revision of the newest event that is staged; 0 where there is none.</summary>
    public long LastStaged => _staged.Count == 0 ? 0 : _staged[^1].Revision;

    /// <summary>Shows what was staged to readers and watchers at once.</summary>
    public void Publish()
    {
        if (_staged.Count == 0) { return; }
        var now = _time.GetTimestamp();
        lock (_gate)
        {
            Volatile.Write(ref _snapshot, new CacheSnapshot(_stagedObjects, _staged[^1].Revision));
            foreach (var item in _staged) { Append(item, now); }
            Trim(now);
            Notify();
        }

        if (!_offers.IsEmpty)
        {
            foreach (var item in _staged)
            {
                if (_offers.TryRemove(item.Key, out var late) && late.Revision == item.Revision && late.DecodedValue is { } value) { item.Current?.Adopt(value); }
            }
        }

        _staged.Clear();
    }

    /// <summary>Begins a watch after a revision.</summary>
    /// <exception cref="Client.ApiException">Expired: the history does not reach back so far.</exception>
    public CacheWatch WatchAfter(WatchScope scope, long revision)
    {
        lock (_gate)
        {
            if (revision < _forgotten) { throw ApiErrors.Expired($"too old resource version: {revision} ({_forgotten})"); }
            return Attach(scope, revision, revision < Snapshot.Revision ? _oldest : null);
        }
    }

    /// <summary>Begins a watch at the present.</summary>
    /// <param name="snapshot">What was there then; the watch delivers everything later.</param>
    public CacheWatch WatchFromNow(WatchScope scope, out CacheSnapshot snapshot)
    {
        lock (_gate)
        {
            snapshot = Snapshot;
            return Attach(scope, snapshot.Revision, null);
        }
    }

    /// <summary>Ends a watch's part in a stream.</summary>
    public void Detach(EventStream stream, CacheWatch watch, WatchScope scope)
    {
        lock (_gate)
        {
            if (!stream.Remove(watch) || !stream.IsIdle) { return; }
            if (scope.Key is { } key) { _byKey.Remove(key); }
            else if (scope.Field is { } field)
            {
                if (_byField.TryGetValue(field, out var values) && values.Remove(scope.FieldValue!) && values.Count == 0) { _byField.Remove(field); }
            }
            else if (scope.KeyPrefix is { } prefix) { _byPrefix.Remove(prefix); }
        }
    }

    /// <summary>Forgets what is too old; for a resource that changes no more.</summary>
    public void Trim()
    {
        lock (_gate) { Trim(_time.GetTimestamp()); }
    }

    /// <summary>Asks every watch for a bookmark.</summary>
    public void RequestBookmarks()
    {
        lock (_gate) { ForEachStream(static stream => stream.ForEach(static watch => watch.RequestBookmark())); }
    }

    /// <summary>Ends every watch.</summary>
    public void Close(WatchEnd reason)
    {
        lock (_gate) { CloseAll(reason); }
    }

    private void CloseAll(WatchEnd reason) => ForEachStream(stream => stream.ForEach(watch => watch.Close(reason)));

    private void ForEachStream(Action<EventStream> action)
    {
        action(_all);
        foreach (var stream in _byPrefix.Values) { action(stream); }
        foreach (var stream in _byKey.Values) { action(stream); }
        foreach (var stream in _byField.Values.SelectMany(static values => values.Values)) { action(stream); }
    }

    private CacheWatch Attach(WatchScope scope, long after, EventNode? history)
    {
        var stream = StreamOf(scope);
        var watch = new CacheWatch(this, stream, scope, after, history, history is null ? null : _all.Tail);
        stream.Add(watch);
        return watch;
    }

    private EventStream StreamOf(WatchScope scope)
    {
        if (scope.Key is { } key) { return Get(_byKey, key); }
        if (scope.Field is { } field)
        {
            if (!_byField.TryGetValue(field, out var values)) { _byField[field] = values = new Dictionary<string, EventStream>(StringComparer.Ordinal); }
            return Get(values, scope.FieldValue!);
        }

        return scope.KeyPrefix is { } prefix ? Get(_byPrefix, prefix) : _all;

        EventStream Get(Dictionary<string, EventStream> streams, string name)
        {
            if (!streams.TryGetValue(name, out var stream)) { streams[name] = stream = new EventStream(_gate, _time); }
            return stream;
        }
    }

    private void Append(CacheEvent item, long now)
    {
        _all.Append(item, now);
        _historyCount++;
        _historyBytes += item.Current?.StoredJson.Length ?? 0;

        if (_byKey.Count > 0 && _byKey.TryGetValue(item.Key, out var stream)) { stream.Append(item, now); }
        if (_byPrefix.Count > 0 && _byPrefix.TryGetValue(item.Key[..(item.Key.LastIndexOf('/') + 1)], out stream)) { stream.Append(item, now); }
        foreach (var (field, streams) in _byField) { AppendByField(item, now, field, streams); }
    }

    // An object that changes the field belongs to the streams of both values: one sees it come, the other go.
    private void AppendByField(CacheEvent item, long now, string field, Dictionary<string, EventStream> streams)
    {
        if (Declaration is null || !Declaration.SelectableFields.TryGetValue(field, out var read)) { return; }
        var current = item.Current is { } there ? read(there.Value) : null;
        var previous = item.Previous is { } gone ? read(gone.Value) : null;
        if (current is not null && streams.TryGetValue(current, out var stream)) { stream.Append(item, now); }
        if (previous is not null && previous != current && streams.TryGetValue(previous, out stream)) { stream.Append(item, now); }
    }

    private void Notify()
    {
        long dropped = _all.Notify(_limits.WatchBacklog);
        if (_byKey.Count + _byPrefix.Count + _byField.Count > 0)
        {
            foreach (var item in _staged) { NotifyScopes(item, ref dropped); }
        }

        if (dropped > 0) { Interlocked.Add(ref _dropped, dropped); }
    }

    private void NotifyScopes(CacheEvent item, ref long dropped)
    {
        if (_byKey.TryGetValue(item.Key, out var stream)) { dropped += stream.Notify(_limits.WatchBacklog); }
        if (_byPrefix.Count > 0 && _byPrefix.TryGetValue(item.Key[..(item.Key.LastIndexOf('/') + 1)], out stream)) { dropped += stream.Notify(_limits.WatchBacklog); }
        foreach (var (field, streams) in _byField)
        {
            if (Declaration is null || !Declaration.SelectableFields.TryGetValue(field, out var read)) { continue; }
            if (item.Current is { } current && streams.TryGetValue(read(current.Value), out stream)) { dropped += stream.Notify(_limits.WatchBacklog); }
            if (item.Previous is { } previous && streams.TryGetValue(read(previous.Value), out stream)) { dropped += stream.Notify(_limits.WatchBacklog); }
        }
    }

    private void Trim(long now)
    {
        var newestPast = _all.Tail.Sequence - _limits.MaxTypedPast;
        while (_oldestTyped.Next is { Event: { } past } later && (later.Sequence <= newestPast || _time.GetElapsedTime(later.Timestamp, now) > _limits.TypedPast))
        {
            past.ForgetPast();
            _oldestTyped = later;
        }

        while (_historyCount > 0 && _oldest.Next is { Event: { } first } next)
        {
            var isFull = _historyCount > _limits.MaxEvents || _historyBytes > _limits.MaxBytes;
            var isStale = _historyCount > _limits.MinEvents && _time.GetElapsedTime(next.Timestamp, now) > _limits.Freshness;
            if (!isFull && !isStale) { return; }
            _oldest = next;
            _historyCount--;
            _historyBytes -= first.Current?.StoredJson.Length ?? 0;
            _forgotten = first.Revision;
        }
    }
}
