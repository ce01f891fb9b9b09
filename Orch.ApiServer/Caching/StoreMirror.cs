using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Resources;
using Orch.Storage;

namespace Orch.ApiServer.Caching;

/// <summary>Keeps the caches of all resources equal to the store, by one list at start and one watch over everything.</summary>
/// <remarks>
/// One watch for all, so that the store's revision is known for every resource as soon as any of them has changed: a consistent
/// read asks the store for its revision and waits until the mirror has seen it, which without writes is at once.
/// </remarks>
internal sealed partial class StoreMirror : IAsyncDisposable
{
    /// <summary>What all keys begin with.</summary>
    public const string Root = "/registry/";

    private const int PageSize = 10_000;
    private const int MaxNamed = 20;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IStore _store;
    private readonly CacheLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<StoreMirror> _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceCache> _caches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceDeclaration> _declarations;
    private readonly List<(long Revision, TaskCompletionSource Source)> _waiters = [];
    private readonly List<ResourceCache> _touched = [];
    private readonly ConcurrentQueue<string> _toLoad = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;
    private long _observed;
    private int _hasWaiters;

    public StoreMirror(IStore store, ResourceCatalog catalog, CacheLimits limits, TimeProvider time, ILogger<StoreMirror> logger)
    {
        _store = store;
        _limits = limits;
        _time = time;
        _logger = logger;
        _declarations = catalog.All.Where(item => item.StoredAs is null).ToDictionary(item => item.StoragePrefix, StringComparer.Ordinal);
    }

    /// <summary>Everything up to this revision is in the caches; 0 before the first load.</summary>
    public long Observed => Volatile.Read(ref _observed);

    /// <summary>Watches closed for being too slow, over all resources.</summary>
    public long DroppedWatches
    {
        get { lock (_gate) { return _caches.Values.Sum(cache => cache.DroppedWatches); } }
    }

    /// <summary>Every cache that exists now.</summary>
    public IReadOnlyList<ResourceCache> Caches
    {
        get { lock (_gate) { return [.. _caches.Values]; } }
    }

    /// <summary>The cache of a stored resource; made on first use.</summary>
    /// <param name="prefix">As in <see cref="ResourceDeclaration.StoragePrefix"/>.</param>
    public ResourceCache CacheOf(string prefix)
    {
        lock (_gate)
        {
            if (!_caches.TryGetValue(prefix, out var cache))
            {
                _caches[prefix] = cache = new ResourceCache(prefix, _declarations.GetValueOrDefault(prefix), _limits, _time);
                cache.Load(ObjectTree.Empty, Observed);
            }

            return cache;
        }
    }

    /// <summary>Has one resource loaded anew with the next news of the store: what could not be read may be readable now.</summary>
    public void RequestLoad(ResourceCache cache) => _toLoad.Enqueue(cache.Prefix);

    /// <summary>Loads the store and begins to follow it.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        _run = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
    }

    /// <summary>Ends all watches and stops following.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var cache in Caches) { cache.Close(WatchEnd.Stopping); }
        await _run.ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var (_, source) in _waiters) { source.TrySetException(ApiErrors.Unavailable("the server is shutting down")); }
            _waiters.Clear();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Completes when everything up to a revision is in the caches.</summary>
    public ValueTask WaitForAsync(long revision, CancellationToken cancellationToken)
    {
        if (Observed >= revision) { return ValueTask.CompletedTask; }
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested) { throw ApiErrors.Unavailable("the server is shutting down"); }
            _waiters.Add((revision, source));
            Volatile.Write(ref _hasWaiters, 1);
        }

        // The mirror may have moved on between the first look and the registration.
        Interlocked.MemoryBarrier();
        if (Observed >= revision) { Release(); }
        return new ValueTask(source.Task.WaitAsync(cancellationToken));
    }

    /// <summary>Completes when everything that has been written anywhere until now is in the caches.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancellationToken)
    {
        var revision = await _store.CurrentRevisionAsync(cancellationToken).ConfigureAwait(false);
        await WaitForAsync(revision.Value, cancellationToken).ConfigureAwait(false);
    }

    private static string PrefixOf(string key)
    {
        var resource = key.IndexOf('/', Root.Length);
        var end = resource < 0 ? -1 : key.IndexOf('/', resource + 1);
        return end < 0 ? key + "/" : key[..(end + 1)];
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var after = Observed;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(after, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException exception) when (exception.Code == StoreErrorCode.Unavailable)
            {
                Log.WatchBroken(_logger, exception);
            }
            catch (StoreException exception) when (exception.Code == StoreErrorCode.Compacted)
            {
                Log.HistoryLost(_logger, exception);
                await ReloadAsync(cancellationToken).ConfigureAwait(false);
            }

            catch (Exception exception)
            {
                // Whatever it was, the caches may be torn: only a new list makes them right.
                Log.Failed(_logger, exception);
                await ReloadAsync(cancellationToken).ConfigureAwait(false);
            }

            after = Observed;
            await DelayAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DelayAsync(CancellationToken cancellationToken)
    {
        try { await Task.Delay(RetryDelay, _time, cancellationToken).ConfigureAwait(false); }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        _touched.Clear();
        try { await LoadAsync(cancellationToken).ConfigureAwait(false); }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested) { }
        catch (StoreException exception) { Log.WatchBroken(_logger, exception); }
    }

    private async Task FollowAsync(long after, CancellationToken cancellationToken)
    {
        var request = new StoreWatchRequest(Root, new Revision(after)) { ProgressInterval = TimeSpan.FromSeconds(5) };
        ResourceCache? last = null;
        await foreach (var batch in _store.WatchAsync(request, cancellationToken).ConfigureAwait(false))
        {
            while (_toLoad.TryDequeue(out var prefix)) { await LoadAsync(CacheOf(prefix), cancellationToken).ConfigureAwait(false); }
            foreach (var item in batch.Events)
            {
                if (last is null || !item.Key.StartsWith(last.Prefix, StringComparison.Ordinal)) { last = CacheOf(PrefixOf(item.Key)); }
                if (last.Stage(item)) { _touched.Add(last); }
            }

            // Who sees the last change of a resource may count on having seen what came before it in others: a definition goes after its objects.
            if (_touched.Count > 1) { _touched.Sort(static (left, right) => left.LastStaged.CompareTo(right.LastStaged)); }
            foreach (var cache in _touched) { cache.Publish(); }
            _touched.Clear();
            Advance(batch.Revision.Value);
        }
    }

    private void Advance(long revision)
    {
        if (revision > _observed) { Volatile.Write(ref _observed, revision); }
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _hasWaiters) == 1) { Release(); }
    }

    private void Release()
    {
        lock (_gate)
        {
            var observed = Observed;
            for (var index = _waiters.Count - 1; index >= 0; index--)
            {
                if (_waiters[index].Revision > observed) { continue; }
                _waiters[index].Source.TrySetResult();
                _waiters.RemoveAt(index);
            }

            if (_waiters.Count == 0) { Volatile.Write(ref _hasWaiters, 0); }
        }
    }

    // As of the revision that the watch stands at; watches of the resource end, and begin anew with what is there.
    private async Task LoadAsync(ResourceCache cache, CancellationToken cancellationToken)
    {
        var revision = new Revision(Observed);
        var range = await _store.RangeAsync(RangeRequest.Prefix(cache.Prefix) with { AtRevision = revision }, cancellationToken).ConfigureAwait(false);
        var objects = ObjectTree.Empty;
        var unreadable = new List<UnreadableObject>();
        foreach (var entry in range.Entries)
        {
            if (StoredValue.FaultOf(entry) is { } fault) { unreadable.Add(new UnreadableObject(entry.Key, entry.Modified.Value, fault)); }
            else { objects = objects.Set(cache.Known(entry)); }
        }

        cache.Load(objects, revision.Value, unreadable);
        Log.ReadableAgain(_logger, cache.Prefix, unreadable.Count);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var trees = new Dictionary<string, ObjectTree>(StringComparer.Ordinal);
        var unreadable = new List<UnreadableObject>();
        var request = RangeRequest.Prefix(Root) with { Limit = PageSize };
        var revision = default(Revision);
        while (true)
        {
            var page = await _store.RangeAsync(request, cancellationToken).ConfigureAwait(false);
            if (revision.Value == 0) { revision = page.Revision; }
            foreach (var entry in page.Entries)
            {
                var prefix = PrefixOf(entry.Key);
                if (StoredValue.FaultOf(entry) is { } fault)
                {
                    unreadable.Add(new UnreadableObject(entry.Key, entry.Modified.Value, fault));
                    trees.TryAdd(prefix, ObjectTree.Empty);
                    continue;
                }

                var tree = trees.GetValueOrDefault(prefix, ObjectTree.Empty);
                trees[prefix] = tree.Set(new CachedObject(entry.Key, entry.Value, entry.Modified.Value, _declarations.GetValueOrDefault(prefix)));
            }

            if (!page.More) { break; }
            request = request with { From = page.Entries[^1].Key + "\0", AtRevision = revision };
        }

        foreach (var prefix in trees.Keys) { CacheOf(prefix); }
        foreach (var cache in Caches) { cache.Load(trees.GetValueOrDefault(cache.Prefix, ObjectTree.Empty), revision.Value, unreadable.Where(item => PrefixOf(item.Key) == cache.Prefix)); }
        if (unreadable.Count > 0) { Log.Unreadable(_logger, unreadable.Count, string.Join(" ", unreadable.Take(MaxNamed).Select(static item => item.Fault))); }
        Advance(revision.Value);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The watch of the store broke; trying again.")]
        public static partial void WatchBroken(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Error, "{Count} stored objects cannot be read; everything else is served. {Faults}")]
        public static partial void Unreadable(ILogger logger, int count, string faults);

        [LoggerMessage(5, LogLevel.Information, "Objects under {Key} that could not be read were read again; {Count} still cannot be.")]
        public static partial void ReadableAgain(ILogger logger, string key, int count);

        [LoggerMessage(3, LogLevel.Error, "An event of the store could not be taken into the watch cache; loading everything anew.")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The store no longer has the history that the watch cache needs; loading everything anew.")]
        public static partial void HistoryLost(ILogger logger, Exception exception);
    }
}
