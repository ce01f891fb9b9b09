namespace Orch.Client.Events;

/// <summary>A map that forgets the longest unused entry when full; for one user at a time.</summary>
internal sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    public int Count => _entries.Count;

    public bool TryGet(TKey key, out TValue? value)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }

        _order.Remove(node);
        _order.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        _entries[key] = _order.AddFirst((key, value));
        if (_entries.Count > capacity) { Remove(_order.Last!.Value.Key); }
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out var node)) { _order.Remove(node); }
    }
}
