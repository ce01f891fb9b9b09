namespace Orch.Store.Memory.Index;

/// <summary>A node of the tree: a leaf has items, a branch has children.</summary>
internal sealed class Node
{
    /// <summary>How full a bulk load leaves a node.</summary>
    public const int Fill = 48;

    private const int Capacity = 64;
    private const int Sparse = Capacity / 4;

    private readonly string[] _keys;

    private Node(string[] keys, KeyHistory[]? items, Node[]? children)
    {
        _keys = keys;
        Items = items;
        Children = children;
    }

    public KeyHistory[]? Items { get; }

    public Node[]? Children { get; }

    private int Count => _keys.Length;

    public static Node Leaf(KeyHistory[] items) => new(Array.ConvertAll(items, item => item.Key), items, null);

    public static Node Branch(Node[] children) => new(Array.ConvertAll(children, child => child._keys[0]), null, children);

    /// <summary>The first position whose key is not less.</summary>
    public int LowerBound(string key)
    {
        int low = 0, high = _keys.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_keys[middle], key) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>The child that holds the key or would.</summary>
    public int ChildFor(string key)
    {
        var at = LowerBound(key);
        return at < _keys.Length && string.Equals(_keys[at], key, StringComparison.Ordinal) ? at : Math.Max(at - 1, 0);
    }

    public (Node Left, Node? Right) Add(KeyHistory item)
    {
        if (Items is { } items)
        {
            return Split(Insert(items, LowerBound(item.Key), item), Leaf);
        }

        var at = ChildFor(item.Key);
        var (left, right) = Children![at].Add(item);
        var children = Replace(Children, at, left);
        return right is null ? (Branch(children), null) : Split(Insert(children, at + 1, right), Branch);
    }

    public Node Remove(string key)
    {
        if (Items is { } items)
        {
            var found = LowerBound(key);
            return found < items.Length && string.Equals(items[found].Key, key, StringComparison.Ordinal) ? Leaf(Without(items, found)) : this;
        }

        var at = ChildFor(key);
        var child = Children![at].Remove(key);
        if (ReferenceEquals(child, Children[at]))
        {
            return this;
        }

        if (child.Count == 0)
        {
            // The last child gone: an empty leaf, which the parent drops in turn.
            return Children.Length == 1 ? child : Branch(Without(Children, at));
        }

        var children = Replace(Children, at, child);
        return Branch(child.Count < Sparse ? MergeNear(children, at) : children);
    }

    public void Walk<TVisitor>(string from, string to, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor
    {
        if (Items is { } items)
        {
            for (var i = LowerBound(from); i < items.Length && string.CompareOrdinal(items[i].Key, to) < 0; i++)
            {
                visitor.Visit(items[i]);
            }

            return;
        }

        for (var i = ChildFor(from); i < _keys.Length && string.CompareOrdinal(_keys[i], to) < 0; i++)
        {
            Children![i].Walk(from, to, ref visitor);
        }
    }

    private static Node[] MergeNear(Node[] children, int at)
    {
        for (var left = Math.Max(at - 1, 0); left <= at && left + 1 < children.Length; left++)
        {
            var (a, b) = (children[left], children[left + 1]);
            if (a.Count + b.Count <= Fill)
            {
                var merged = a.Items is null ? Branch([.. a.Children!, .. b.Children!]) : Leaf([.. a.Items, .. b.Items!]);
                return Without(Replace(children, left, merged), left + 1);
            }
        }

        return children;
    }

    private static (Node Left, Node? Right) Split<T>(T[] parts, Func<T[], Node> make)
        => parts.Length <= Capacity ? (make(parts), null) : (make(parts[..(parts.Length / 2)]), make(parts[(parts.Length / 2)..]));

    private static T[] Insert<T>(T[] source, int at, T item)
    {
        var target = new T[source.Length + 1];
        source.AsSpan(0, at).CopyTo(target);
        target[at] = item;
        source.AsSpan(at).CopyTo(target.AsSpan(at + 1));
        return target;
    }

    private static T[] Replace<T>(T[] source, int at, T item)
    {
        var target = (T[])source.Clone();
        target[at] = item;
        return target;
    }

    private static T[] Without<T>(T[] source, int at)
    {
        var target = new T[source.Length - 1];
        source.AsSpan(0, at).CopyTo(target);
        source.AsSpan(at + 1).CopyTo(target.AsSpan(at));
        return target;
    }
}
