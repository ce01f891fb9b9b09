using System.Diagnostics.CodeAnalysis;

namespace Orch.ApiServer.Caching;

/// <summary>A sorted map that never changes: each change makes a new one which shares all but a path with the old.</summary>
/// <remarks>
/// A B+ tree with copy on write. Readers hold a version as long as they like without stopping a writer. A removal merges no
/// neighbours unless both fit well into one node, which bounds the waste of a map that shrinks.
/// </remarks>
internal sealed class ObjectTree
{
    private const int Capacity = 64;

    private readonly Node? _root;

    private ObjectTree(Node? root) => _root = root;

    /// <summary>Without entries.</summary>
    public static ObjectTree Empty { get; } = new(null);

    /// <summary>How many objects there are.</summary>
    public int Count => _root?.Count ?? 0;

    /// <summary>The object under a key, or null.</summary>
    public CachedObject? Find(string key)
    {
        var node = _root;
        while (node is Branch branch) { node = branch.Children[branch.ChildFor(key)]; }
        return node is Leaf leaf && leaf.Search(key) is >= 0 and var index ? leaf.Items[index] : null;
    }

    /// <summary>With the object under its key, in place of what was there.</summary>
    public ObjectTree Set(CachedObject item)
    {
        if (_root is null) { return new ObjectTree(new Leaf([item])); }
        var (left, right) = _root.Set(item);
        return new ObjectTree(right is null ? left : new Branch([left, right]));
    }

    /// <summary>Without the key.</summary>
    public ObjectTree Remove(string key)
    {
        if (_root is null) { return this; }
        var root = _root.Remove(key);
        if (ReferenceEquals(root, _root)) { return this; }
        while (root is Branch { Children.Length: 1 } branch) { root = branch.Children[0]; }
        return root is null ? Empty : new ObjectTree(root);
    }

    /// <summary>The objects from a key (inclusive) to another (exclusive), in ordinal order.</summary>
    public Cursor Range(string from, string to) => new(_root, from, to);

    /// <summary>How many objects <see cref="Range"/> has.</summary>
    public int CountRange(string from, string to) => _root is null ? 0 : Math.Max(0, _root.Rank(to) - _root.Rank(from));

    /// <summary>Walks a range of a version of the tree.</summary>
    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Never compared.")]
    internal struct Cursor
    {
        private readonly Stack<(Branch Branch, int Child)>? _path;
        private readonly string _to;
        private Leaf? _leaf;
        private int _index;
        private int _end;

        internal Cursor(Node? root, string from, string to)
        {
            _to = to;
            var node = root;
            while (node is Branch branch)
            {
                var child = branch.ChildFor(from);
                (_path ??= new Stack<(Branch, int)>(4)).Push((branch, child));
                node = branch.Children[child];
            }

            _leaf = node as Leaf;
            if (_leaf is null) { return; }
            _index = _leaf.Search(from);
            if (_index < 0) { _index = ~_index; }
            _index--;
            _end = EndOf(_leaf);
        }

        /// <summary>The object reached.</summary>
        public readonly CachedObject Current => _leaf!.Items[_index];

        /// <summary>For <c>foreach</c>.</summary>
        public readonly Cursor GetEnumerator() => this;

        /// <summary>Goes to the next object.</summary>
        public bool MoveNext()
        {
            if (_leaf is null) { return false; }
            if (++_index < _end || (_end == _leaf.Items.Length && NextLeaf() && _index < _end)) { return true; }
            _leaf = null;
            return false;
        }

        // Keys are compared once a leaf: nearly all leaves of a long range are in it as a whole.
        private readonly int EndOf(Leaf leaf)
        {
            if (string.CompareOrdinal(leaf.Items[^1].Key, _to) < 0) { return leaf.Items.Length; }
            var end = leaf.Search(_to);
            return end < 0 ? ~end : end;
        }

        private bool NextLeaf()
        {
            while (_path is { Count: > 0 })
            {
                var (branch, child) = _path.Pop();
                if (++child == branch.Children.Length) { continue; }
                _path.Push((branch, child));
                Node node = branch.Children[child];
                while (node is Branch inner) { _path.Push((inner, 0)); node = inner.Children[0]; }
                _leaf = (Leaf)node;
                _index = 0;
                _end = EndOf(_leaf);
                return true;
            }

            return false;
        }
    }

    internal abstract class Node
    {
        public abstract string FirstKey { get; }

        public abstract int Count { get; }

        public abstract (Node Left, Node? Right) Set(CachedObject item);

        /// <summary>Null when nothing is left; itself when the key is not there.</summary>
        public abstract Node? Remove(string key);

        /// <summary>How many keys are less.</summary>
        public abstract int Rank(string key);
    }

    internal sealed class Leaf(CachedObject[] items) : Node
    {
        public CachedObject[] Items { get; } = items;

        public override string FirstKey => Items[0].Key;

        public override int Count => Items.Length;

        public int Search(string key)
        {
            int low = 0, high = Items.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >> 1;
                var order = string.CompareOrdinal(Items[middle].Key, key);
                if (order == 0) { return middle; }
                if (order < 0) { low = middle + 1; } else { high = middle - 1; }
            }

            return ~low;
        }

        public override (Node Left, Node? Right) Set(CachedObject item)
        {
            var index = Search(item.Key);
            if (index >= 0)
            {
                var replaced = (CachedObject[])Items.Clone();
                replaced[index] = item;
                return (new Leaf(replaced), null);
            }

            var grown = Insert(Items, ~index, item);
            if (grown.Length <= Capacity) { return (new Leaf(grown), null); }
            // Keys that arrive in order fill their leaves instead of leaving each half empty.
            var cut = ~index == grown.Length - 1 ? Capacity - 4 : grown.Length / 2;
            return (new Leaf(grown[..cut]), new Leaf(grown[cut..]));
        }

        public override Node? Remove(string key)
        {
            var index = Search(key);
            if (index < 0) { return this; }
            return Items.Length == 1 ? null : new Leaf(Without(Items, index));
        }

        public override int Rank(string key) => Search(key) is >= 0 and var index ? index : ~Search(key);
    }

    internal sealed class Branch : Node
    {
        private readonly string[] _firstKeys;

        public Branch(Node[] children)
        {
            Children = children;
            _firstKeys = new string[children.Length];
            for (var index = 0; index < children.Length; index++)
            {
                _firstKeys[index] = children[index].FirstKey;
                Count += children[index].Count;
            }
        }

        public Node[] Children { get; }

        public override string FirstKey => _firstKeys[0];

        public override int Count { get; }

        public int ChildFor(string key)
        {
            int low = 1, high = _firstKeys.Length - 1;
            while (low <= high)
            {
                var middle = (low + high) >> 1;
                if (string.CompareOrdinal(_firstKeys[middle], key) <= 0) { low = middle + 1; } else { high = middle - 1; }
            }

            return low - 1;
        }

        public override (Node Left, Node? Right) Set(CachedObject item)
        {
            var index = ChildFor(item.Key);
            var (left, right) = Children[index].Set(item);
            var children = (Node[])Children.Clone();
            children[index] = left;
            if (right is null) { return (new Branch(children), null); }
            children = Insert(children, index + 1, right);
            return children.Length <= Capacity
                ? (new Branch(children), null)
                : (new Branch(children[..(children.Length / 2)]), new Branch(children[(children.Length / 2)..]));
        }

        public override Node? Remove(string key)
        {
            var index = ChildFor(key);
            var child = Children[index].Remove(key);
            if (ReferenceEquals(child, Children[index])) { return this; }
            if (child is null) { return Children.Length == 1 ? null : new Branch(Without(Children, index)); }
            var neighbour = index + 1 < Children.Length ? index + 1 : index - 1;
            if (neighbour >= 0 && Merge(index < neighbour ? child : Children[neighbour], index < neighbour ? Children[neighbour] : child) is { } merged)
            {
                var fewer = Without(Children, Math.Max(index, neighbour));
                fewer[Math.Min(index, neighbour)] = merged;
                return new Branch(fewer);
            }

            var children = (Node[])Children.Clone();
            children[index] = child;
            return new Branch(children);
        }

        public override int Rank(string key)
        {
            var index = ChildFor(key);
            var rank = Children[index].Rank(key);
            while (--index >= 0) { rank += Children[index].Count; }
            return rank;
        }

        private static Node? Merge(Node left, Node right) => (left, right) switch
        {
            (Leaf a, Leaf b) when a.Items.Length + b.Items.Length <= Capacity / 2 => new Leaf([.. a.Items, .. b.Items]),
            (Branch a, Branch b) when a.Children.Length + b.Children.Length <= Capacity / 2 => new Branch([.. a.Children, .. b.Children]),
            _ => null,
        };
    }

    private static T[] Insert<T>(T[] items, int index, T item)
    {
        var result = new T[items.Length + 1];
        Array.Copy(items, result, index);
        result[index] = item;
        Array.Copy(items, index, result, index + 1, items.Length - index);
        return result;
    }

    private static T[] Without<T>(T[] items, int index)
    {
        var result = new T[items.Length - 1];
        Array.Copy(items, result, index);
        Array.Copy(items, index + 1, result, index, result.Length - index);
        return result;
    }
}
