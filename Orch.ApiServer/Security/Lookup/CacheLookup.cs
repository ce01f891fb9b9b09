using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.Resources;

namespace Orch.ApiServer.Security.Lookup;

/// <summary>Looks into the watch cache.</summary>
internal sealed class CacheLookup(ServedResources resources, ObjectReader reader) : IObjectLookup
{
    /// <inheritdoc />
    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => resources.Find(typeof(T)) is { } resource ? (T?)resource.Cache.Snapshot.Objects.Find(resource.KeyOf(key))?.Value : null;

    /// <inheritdoc />
    public IEnumerable<T> List<T>(string namespaceName = "")
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (resources.Find(typeof(T)) is not { } resource) { return []; }
        var prefix = resource.PrefixOf(namespaceName);
        var items = new List<T>();
        foreach (var item in resource.Cache.Snapshot.Objects.Range(prefix, Storage.RangeRequest.PrefixEnd(prefix))) { items.Add((T)item.Value); }
        return items;
    }

    /// <inheritdoc />
    public bool HasAny<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => resources.Find(typeof(T))?.Cache.Snapshot.Objects.Count > 0;

    /// <inheritdoc />
    public long Version<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
        => resources.Find(typeof(T))?.Cache.Snapshot.Revision ?? 0;

    /// <inheritdoc />
    public IObjectChanges<T> Follow<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
        => resources.Find(typeof(T)) is { } resource ? new CacheChanges<T>(resource.Cache) : new NoChanges<T>();

    /// <inheritdoc />
    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => reader.CatchUpAsync(cancellationToken);
}
