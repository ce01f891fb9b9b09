using k8s;
using k8s.Models;
using Orch.Serialization;

namespace Orch.ApiServer.Caching;

/// <summary>Finds shared objects that somebody has changed, by decoding their bytes anew; for tests.</summary>
internal static class CacheAudit
{
    /// <summary>The keys of typed objects that no longer say what their bytes say.</summary>
    public static IReadOnlyList<string> FindChanged(StoreMirror mirror)
    {
        var changed = new List<string>();
        foreach (var cache in mirror.Caches.Where(static cache => cache.Declaration is not null))
        {
            foreach (var item in cache.Snapshot.Objects.Range(cache.Prefix, Storage.RangeRequest.PrefixEnd(cache.Prefix)))
            {
                if (item.DecodedValue is not { } shared) { continue; }
                var fresh = new CachedObject(item.Key, item.StoredJson, item.Revision, cache.Declaration).Value;
                if (!Same(fresh, shared)) { changed.Add(item.Key); }
            }
        }

        return changed;
    }

    private static bool Same(IKubernetesObject<V1ObjectMeta> fresh, IKubernetesObject<V1ObjectMeta> shared)
        => fresh.GetType() == shared.GetType()
            && ApiJson.Serialize(fresh, fresh.GetType()).AsSpan().SequenceEqual(ApiJson.Serialize(shared, shared.GetType()));
}
