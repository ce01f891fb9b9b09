using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client.Informers;

/// <summary>The objects and their indexes. Lists are snapshots, made at most once between two changes.</summary>
internal sealed class ObjectCache<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ObjectKey, T> _objects = [];
    private readonly Dictionary<string, CacheIndex<T>> _indexes = new(StringComparer.Ordinal);
    private T[]? _snapshot = [];

    public T? Find(ObjectKey key)
    {
        lock (_gate) { return _objects.GetValueOrDefault(key); }
    }

    public T[] List()
    {
        lock (_gate) { return _snapshot ??= [.. _objects.Values]; }
    }

    public T[] ByIndex(string index, string value)
    {
        lock (_gate)
        {
            return _indexes.TryGetValue(index, out var found) ? found.List(value)
                : throw new ArgumentException($"no index is named \"{index}\"; add it with AddIndex", nameof(index));
        }
    }

    public void AddIndex(string index, Func<T, IEnumerable<string>> values)
    {
        lock (_gate)
        {
            if (_indexes.ContainsKey(index)) { return; }
            var added = new CacheIndex<T>(values);
            foreach (var (key, item) in _objects) { added.Replace(key, null, item); }
            _indexes.Add(index, added);
        }
    }

    /// <summary>Puts in an object, or with null takes it out; returns what was there.</summary>
    public T? Set(ObjectKey key, T? item)
    {
        lock (_gate)
        {
            _objects.TryGetValue(key, out var old);
            if (item is not null) { _objects[key] = item; }
            else if (!_objects.Remove(key)) { return null; }
            _snapshot = null;
            foreach (var index in _indexes.Values) { index.Replace(key, old, item); }
            return old;
        }
    }

    public IReadOnlyList<ObjectKey> Keys()
    {
        lock (_gate) { return [.. _objects.Keys]; }
    }
}
