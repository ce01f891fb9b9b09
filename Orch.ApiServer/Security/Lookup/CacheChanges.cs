using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.Storage;

namespace Orch.ApiServer.Security.Lookup;

/// <summary>A watch of the cache that nobody waits on: it is read when an answer depends on it.</summary>
internal sealed class CacheChanges<T> : IObjectChanges<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ResourceCache _cache;
    private readonly CacheWatch _watch;
    private ObjectTree? _initial;

    public CacheChanges(ResourceCache cache)
    {
        _cache = cache;
        _watch = cache.WatchFromNow(WatchScope.All, out var snapshot);
        _initial = snapshot.Objects;
    }

    /// <inheritdoc />
    public bool HasPending => _initial is not null || _watch.HasPending;

    /// <inheritdoc />
    public bool Read(Action<T?, T?> changed)
    {
        if (_initial is { } initial)
        {
            foreach (var item in initial.Range(_cache.Prefix, RangeRequest.PrefixEnd(_cache.Prefix))) { changed(null, (T)item.Value); }
            _initial = null;
        }

        while (_watch.TryRead(out var item)) { changed((T?)item.Previous?.Value, (T?)item.Current?.Value); }
        return _watch.End is not (WatchEnd.TooSlow or WatchEnd.Reset);
    }

    /// <inheritdoc />
    public void Dispose() => _watch.Dispose();
}
