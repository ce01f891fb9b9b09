namespace Orch.Store.Memory.Index;

/// <summary>The keys in ordinal order: an immutable B+ tree, so that a reader keeps a whole picture while the writer goes on.</summary>
/// <remarks>Only a new or a forgotten key makes a new tree (a path of at most three or four small arrays); a new version of a known key does not touch it.</remarks>
internal sealed class KeyIndex
{
    private readonly Node _root;

    private KeyIndex(Node root) => _root = root;

    public static KeyIndex Empty { get; } = new(Node.Leaf([]));

    /// <summary>Builds a tree bottom-up from keys already in order.</summary>
    public static KeyIndex FromSorted(ReadOnlySpan<KeyHistory> items)
    {
        if (items.Length == 0)
        {
            return Empty;
        }

        var level = new List<Node>((items.Length / Node.Fill) + 1);
        for (var i = 0; i < items.Length; i += Node.Fill)
        {
            level.Add(Node.Leaf(items.Slice(i, Math.Min(Node.Fill, items.Length - i)).ToArray()));
        }

        while (level.Count > 1)
        {
            var above = new List<Node>((level.Count / Node.Fill) + 1);
            for (var i = 0; i < level.Count; i += Node.Fill)
            {
                above.Add(Node.Branch([.. level.GetRange(i, Math.Min(Node.Fill, level.Count - i))]));
            }

            level = above;
        }

        return new KeyIndex(level[0]);
    }

    public KeyHistory? Find(string key)
    {
        var node = _root;
        while (node.Children is { } children)
        {
            node = children[node.ChildFor(key)];
        }

        var items = node.Items!;
        var at = node.LowerBound(key);
        return at < items.Length && string.Equals(items[at].Key, key, StringComparison.Ordinal) ? items[at] : null;
    }

    /// <summary>The tree with one more key, which must not be in it.</summary>
    public KeyIndex Add(KeyHistory item)
    {
        var (left, right) = _root.Add(item);
        return new KeyIndex(right is null ? left : Node.Branch([left, right]));
    }

    /// <summary>The tree without a key.</summary>
    public KeyIndex Remove(string key)
    {
        var root = _root.Remove(key);
        while (root.Children is { Length: 1 } only)
        {
            root = only[0];
        }

        return new KeyIndex(root);
    }

    /// <summary>Shows every key from <paramref name="from"/> on and before <paramref name="to"/> to the visitor.</summary>
    public void Walk<TVisitor>(string from, string to, ref TVisitor visitor)
        where TVisitor : struct, IKeyVisitor
        => _root.Walk(from, to, ref visitor);
}
