using System.Buffers;

namespace Orch.ApiServer.Apply;

/// <summary>Collects paths while a walk goes through an object, in the walk's order.</summary>
internal struct FieldSetBuilder
{
    private Node[]? _nodes;
    private int _count;
    private (int Visit, int Node)[]? _open;
    private int _openCount;

    /// <summary>Whether nothing was added.</summary>
    public readonly bool IsEmpty => _count == 0;

    /// <summary>Adds the path that the walk is at.</summary>
    /// <param name="path">The steps, each with the number of the visit that made it.</param>
    public void Add(ReadOnlySpan<WalkStep> path)
    {
        if (path.IsEmpty) { return; }
        _nodes ??= ArrayPool<Node>.Shared.Rent(64);
        _open ??= ArrayPool<(int, int)>.Shared.Rent(32);
        var common = 0;
        while (common < _openCount && common < path.Length && _open[common].Visit == path[common].Visit) { common++; }
        Close(common);
        if (path.Length > _open.Length) { Grow(ref _open, path.Length); }
        for (; common < path.Length; common++)
        {
            if (_count == _nodes.Length) { Grow(ref _nodes, _count + 1); }
            _nodes[_count] = new Node { Element = path[common].Element };
            _open[_openCount++] = (path[common].Visit, _count++);
        }

        _nodes[_open[path.Length - 1].Node].IsMember = true;
    }

    /// <summary>The set; ends the collection.</summary>
    public FieldSet Build()
    {
        if (_nodes is null) { return FieldSet.Empty; }
        Close(0);
        var set = Build(0, _count);
        ArrayPool<Node>.Shared.Return(_nodes, clearArray: true);
        ArrayPool<(int, int)>.Shared.Return(_open!);
        (_nodes, _open, _count) = (null, null, 0);
        return set;
    }

    private readonly FieldSet Build(int start, int end)
    {
        var children = 0;
        for (var index = start; index < end; index = _nodes![index].End) { children++; }
        if (children == 0) { return FieldSet.Empty; }
        var nodes = new FieldNode[children];
        children = 0;
        for (var index = start; index < end; index = _nodes![index].End)
        {
            ref var node = ref _nodes![index];
            nodes[children++] = new FieldNode(node.Element, node.IsMember, Build(index + 1, node.End));
        }

        FieldSet.Sort(nodes);
        return new FieldSet(nodes);
    }

    private void Close(int depth)
    {
        while (_openCount > depth) { _nodes![_open![--_openCount].Node].End = _count; }
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, array.Length * 2));
        array.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(array, clearArray: true);
        array = larger;
    }

    // In the order of the walk; what is below a node follows it, up to End.
    private struct Node
    {
        public byte[] Element;
        public int End;
        public bool IsMember;
    }
}

/// <summary>A step of a walk's path.</summary>
/// <param name="Element">As <see cref="PathElement"/> has it.</param>
/// <param name="Visit">Different for every visit of a place.</param>
internal readonly record struct WalkStep(byte[] Element, int Visit);
