using Orch.Resources;

namespace Orch.Client.Informers;

/// <summary>Objects filed under values; guarded by its cache.</summary>
internal sealed class CacheIndex<T>(Func<T, IEnumerable<string>> values)
    where T : class
{
    private readonly Dictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

    public T[] List(string value) => _buckets.TryGetValue(value, out var bucket) ? bucket.List() : [];

    public void Replace(ObjectKey key, T? old, T? item)
    {
        string[] before = old is null ? [] : [.. values(old)];
        string[] after = item is null ? [] : [.. values(item)];
        foreach (var value in before)
        {
            if (after.Contains(value, StringComparer.Ordinal) || !_buckets.TryGetValue(value, out var bucket)) { continue; }
            bucket.Set(key, null);
            if (bucket.IsEmpty) { _buckets.Remove(value); }
        }

        foreach (var value in after)
        {
            if (!_buckets.TryGetValue(value, out var bucket)) { _buckets[value] = bucket = new Bucket(); }
            bucket.Set(key, item);
        }
    }

    private sealed class Bucket
    {
        private readonly Dictionary<ObjectKey, T> _objects = [];
        private T[]? _snapshot;

        public bool IsEmpty => _objects.Count == 0;

        public T[] List() => _snapshot ??= [.. _objects.Values];

        public void Set(ObjectKey key, T? item)
        {
            _snapshot = null;
            if (item is null) { _objects.Remove(key); }
            else { _objects[key] = item; }
        }
    }
}
