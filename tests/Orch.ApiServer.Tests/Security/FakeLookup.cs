using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Objects that security decides by, in a list.</summary>
internal sealed class FakeLookup : IObjectLookup
{
    private readonly List<IKubernetesObject<V1ObjectMeta>> _objects = [];
    private long _version;

    public FakeLookup(params IEnumerable<IKubernetesObject<V1ObjectMeta>> objects)
    {
        foreach (var item in objects) { Add(item); }
    }

    public void Add(IKubernetesObject<V1ObjectMeta> item)
    {
        _objects.Add(item);
        _version++;
    }

    public void Remove(IKubernetesObject<V1ObjectMeta> item)
    {
        _objects.Remove(item);
        _version++;
    }

    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta> => _objects.OfType<T>().FirstOrDefault(item => item.Key() == key);

    public IEnumerable<T> List<T>(string namespaceName = "")
        where T : class, IKubernetesObject<V1ObjectMeta>
        => _objects.OfType<T>().Where(item => namespaceName.Length == 0 || item.Metadata.NamespaceProperty == namespaceName);

    public long Version<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => _version;

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
