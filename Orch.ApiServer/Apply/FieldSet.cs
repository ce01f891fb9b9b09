using System.Text;

namespace Orch.ApiServer.Apply;

/// <summary>A set of paths, as a tree; immutable, parts are shared freely.</summary>
/// <remarks>Rules as in structured-merge-diff's <c>fieldpath.Set</c>.</remarks>
internal sealed class FieldSet
{
    private readonly FieldNode[] _nodes;

    /// <param name="nodes">In order; each a member or with something below it.</param>
    public FieldSet(FieldNode[] nodes) => _nodes = nodes;

    public static FieldSet Empty { get; } = new([]);

    public bool IsEmpty => _nodes.Length == 0;

    public ReadOnlySpan<FieldNode> Nodes => _nodes;

    /// <summary>A set of one path of fields.</summary>
    public static FieldSet OfFields(params ReadOnlySpan<string> path)
        => new([new FieldNode(PathElement.OfField(path[0]), path.Length == 1, path.Length == 1 ? Empty : OfFields(path[1..]))]);

    /// <summary>Nodes in any order, none twice.</summary>
    public static FieldSet Of(List<FieldNode> nodes)
    {
        if (nodes.Count == 0) { return Empty; }
        var array = nodes.ToArray();
        Sort(array);
        return new FieldSet(array);
    }

    /// <summary>Puts nodes in order.</summary>
    public static void Sort(Span<FieldNode> nodes)
    {
        for (var index = 1; index < nodes.Length; index++)
        {
            if (PathElement.Compare(nodes[index - 1].Element, nodes[index].Element) <= 0) { continue; }
            nodes.Sort(static (left, right) => PathElement.Compare(left.Element, right.Element));
            return;
        }
    }

    /// <summary>What is at a step.</summary>
    public FieldNode? Find(ReadOnlySpan<byte> element)
    {
        var (low, high) = (0, _nodes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = PathElement.Compare(_nodes[middle].Element, element);
            if (order == 0) { return _nodes[middle]; }
            if (order < 0) { low = middle + 1; } else { high = middle - 1; }
        }

        return null;
    }

    /// <summary>Whether a path is in the set.</summary>
    public bool Has(params ReadOnlySpan<byte[]> path)
        => Find(path[0]) is { } node && (path.Length == 1 ? node.IsMember : node.Children.Has(path[1..]));

    /// <summary>The paths of both.</summary>
    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty || ReferenceEquals(this, other)) { return other; }
        if (other.IsEmpty) { return this; }
        var result = new List<FieldNode>(_nodes.Length + other._nodes.Length);
        var (mine, theirs) = (0, 0);
        while (mine < _nodes.Length || theirs < other._nodes.Length)
        {
            var order = Order(this, mine, other, theirs);
            if (order < 0) { result.Add(_nodes[mine++]); continue; }
            if (order > 0) { result.Add(other._nodes[theirs++]); continue; }
            var (left, right) = (_nodes[mine++], other._nodes[theirs++]);
            result.Add(new FieldNode(left.Element, left.IsMember || right.IsMember, left.Children.Union(right.Children)));
        }

        return new FieldSet([.. result]);
    }

    /// <summary>The paths that are in both.</summary>
    public FieldSet Intersect(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) { return Empty; }
        var result = new List<FieldNode>();
        var (mine, theirs) = (0, 0);
        while (mine < _nodes.Length && theirs < other._nodes.Length)
        {
            var order = Order(this, mine, other, theirs);
            if (order < 0) { mine++; continue; }
            if (order > 0) { theirs++; continue; }
            var (left, right) = (_nodes[mine++], other._nodes[theirs++]);
            Keep(result, left.Element, left.IsMember && right.IsMember, left.Children.Intersect(right.Children));
        }

        return result.Count == 0 ? Empty : new FieldSet([.. result]);
    }

    /// <summary>The paths that are not in the other.</summary>
    public FieldSet Except(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) { return this; }
        var result = new List<FieldNode>(_nodes.Length);
        var (mine, theirs) = (0, 0);
        while (mine < _nodes.Length)
        {
            var order = Order(this, mine, other, theirs);
            if (order < 0) { result.Add(_nodes[mine++]); continue; }
            if (order > 0) { theirs++; continue; }
            var (left, right) = (_nodes[mine++], other._nodes[theirs++]);
            Keep(result, left.Element, left.IsMember && !right.IsMember, left.Children.Except(right.Children));
        }

        return result.Count == 0 ? Empty : new FieldSet([.. result]);
    }

    /// <summary>The paths that are neither in the other nor below one that is.</summary>
    public FieldSet ExceptBelow(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) { return this; }
        var result = new List<FieldNode>(_nodes.Length);
        foreach (var node in _nodes)
        {
            if (other.Find(node.Element) is not { } theirs) { result.Add(node); continue; }
            if (!theirs.IsMember) { Keep(result, node.Element, node.IsMember, node.Children.ExceptBelow(theirs.Children)); }
        }

        return result.Count == 0 ? Empty : new FieldSet([.. result]);
    }

    /// <summary>Whether some path is in both.</summary>
    public bool Overlaps(FieldSet other)
    {
        var (mine, theirs) = (0, 0);
        while (mine < _nodes.Length && theirs < other._nodes.Length)
        {
            var order = Order(this, mine, other, theirs);
            if (order < 0) { mine++; continue; }
            if (order > 0) { theirs++; continue; }
            var (left, right) = (_nodes[mine++], other._nodes[theirs++]);
            if ((left.IsMember && right.IsMember) || left.Children.Overlaps(right.Children)) { return true; }
        }

        return false;
    }

    /// <summary>Whether both have the same paths.</summary>
    public bool SetEquals(FieldSet other)
    {
        if (ReferenceEquals(this, other)) { return true; }
        if (_nodes.Length != other._nodes.Length) { return false; }
        for (var index = 0; index < _nodes.Length; index++)
        {
            var (left, right) = (_nodes[index], other._nodes[index]);
            if (left.IsMember != right.IsMember || !left.Element.AsSpan().SequenceEqual(right.Element) || !left.Children.SetEquals(right.Children)) { return false; }
        }

        return true;
    }

    /// <summary>The set with every declared field on the way to a member made one.</summary>
    public FieldSet WithNamedFields(MergeType? type)
    {
        if (IsEmpty) { return this; }
        var nodes = new FieldNode[_nodes.Length];
        for (var index = 0; index < nodes.Length; index++)
        {
            var node = _nodes[index];
            if (node.Children.IsEmpty) { nodes[index] = node; continue; }
            var field = node.Element[0] == 'f' ? type?.Map?.Find(node.Element.AsSpan(2)) : null;
            var below = node.Element[0] == 'f' ? field?.Type ?? type?.Map?.Element : type?.List?.Element;
            nodes[index] = new FieldNode(node.Element, node.IsMember || field is not null, node.Children.WithNamedFields(below));
        }

        return new FieldSet(nodes);
    }

    /// <summary>The set with what is below an atomic place pulled up to it: how sets of a type that became atomic are read.</summary>
    public FieldSet AtAtoms(MergeType? type)
    {
        if (IsEmpty || type is null) { return this; }
        FieldNode[]? changed = null;
        for (var index = 0; index < _nodes.Length; index++)
        {
            var node = _nodes[index];
            if (node.Children.IsEmpty) { continue; }
            var below = node.Element[0] == 'f' ? type.Map?.Find(node.Element.AsSpan(2))?.Type ?? type.Map?.Element : type.List?.Element;
            var first = node.Children._nodes[0].Element[0];
            var isAtomic = first == 'f' ? below?.Map is { IsAtomic: true } : below?.List is { IsAtomic: true };
            var children = isAtomic ? Empty : node.Children.AtAtoms(below);
            if (ReferenceEquals(children, node.Children)) { continue; }
            changed ??= (FieldNode[])_nodes.Clone();
            changed[index] = new FieldNode(node.Element, node.IsMember || isAtomic, children);
        }

        return changed is null ? this : new FieldSet(changed);
    }

    /// <summary>All paths, as messages show them, in order.</summary>
    public IEnumerable<string> Paths()
    {
        var found = new List<string>();
        Collect(string.Empty, found);
        return found;
    }

    public override string ToString() => Encoding.UTF8.GetString(FieldsV1.Write(this));

    private void Collect(string prefix, List<string> found)
    {
        // Upstream lists the members of a level before what is below it.
        foreach (var node in _nodes)
        {
            if (node.IsMember) { found.Add(prefix + PathElement.Text(node.Element)); }
        }

        foreach (var node in _nodes) { node.Children.Collect(node.Children.IsEmpty ? prefix : prefix + PathElement.Text(node.Element), found); }
    }

    private static void Keep(List<FieldNode> nodes, byte[] element, bool isMember, FieldSet children)
    {
        if (isMember || !children.IsEmpty) { nodes.Add(new FieldNode(element, isMember, children)); }
    }

    private static int Order(FieldSet left, int mine, FieldSet right, int theirs)
    {
        if (mine == left._nodes.Length) { return 1; }
        if (theirs == right._nodes.Length) { return -1; }
        var (first, second) = (left._nodes[mine].Element, right._nodes[theirs].Element);
        return ReferenceEquals(first, second) ? 0 : PathElement.Compare(first, second);
    }
}
