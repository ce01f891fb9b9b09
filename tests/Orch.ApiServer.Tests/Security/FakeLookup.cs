using k8s;
using k8s.Models;
using Orch.ApiServer.Security.Lookup;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Objects that security decides by, in a list.</summary>
internal sealed class FakeLookup : IObjectLookup
{
    private readonly List<IKubernetesObject<V1ObjectMeta>> _objects = [];
    private readonly List<Action<IKubernetesObject<V1ObjectMeta>?, IKubernetesObject<V1ObjectMeta>?>> _followers = [];
    private long _version;

    public FakeLookup(params IEnumerable<IKubernetesObject<V1ObjectMeta>> objects)
    {
        foreach (var item in objects) { Add(item); }
    }

    public void Add(IKubernetesObject<V1ObjectMeta> item)
    {
        _objects.Add(item);
        _version++;
        _followers.ForEach(follower => follower(null, item));
    }

    public void Remove(IKubernetesObject<V1ObjectMeta> item)
    {
        _objects.Remove(item);
        _version++;
        _followers.ForEach(follower => follower(item, null));
    }

    public void Replace(IKubernetesObject<V1ObjectMeta> old, IKubernetesObject<V1ObjectMeta> item)
    {
        _objects[_objects.IndexOf(old)] = item;
        _version++;
        _followers.ForEach(follower => follower(old, item));
    }

    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta> => _objects.OfType<T>().FirstOrDefault(item => item.Key() == key);

    public IEnumerable<T> List<T>(string namespaceName = "")
        where T : class, IKubernetesObject<V1ObjectMeta>
        => _objects.OfType<T>().Where(item => namespaceName.Length == 0 || item.Metadata.NamespaceProperty == namespaceName);

    public long Version<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => _version;

    public IObjectChanges<T> Follow<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var changes = new Changes<T>();
        foreach (var item in _objects.OfType<T>()) { changes.Add(null, item); }
        _followers.Add((old, now) => { if (old is T || now is T) { changes.Add((T?)old, (T?)now); } });
        return changes;
    }

    public ValueTask CatchUpAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private sealed class Changes<T> : IObjectChanges<T>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        private readonly Queue<(T? Old, T? Now)> _queue = new();

        public bool HasPending => _queue.Count > 0;

        public void Add(T? old, T? now) => _queue.Enqueue((old, now));

        public bool Read(Action<T?, T?> changed)
        {
            while (_queue.TryDequeue(out var change)) { changed(change.Old, change.Now); }
            return true;
        }

        public void Dispose()
        {
        }
    }
}
