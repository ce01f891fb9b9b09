namespace Orch.Cel.Json;

/// <summary>Reads nodes of a JSON tree of one's own, so that expressions can walk it as it is.</summary>
/// <typeparam name="TNode">What the tree is made of.</typeparam>
public abstract class CelJsonReader<TNode>
{
    /// <summary>What the node is.</summary>
    public abstract CelNodeKind KindOf(TNode node);

    /// <summary>The text of a string.</summary>
    public abstract string Text(TNode node);

    /// <summary>The number as it was written.</summary>
    public abstract ReadOnlySpan<char> Number(TNode node);

    /// <summary>The items of an array or the members of an object.</summary>
    public abstract int Count(TNode node);

    /// <summary>An item of an array.</summary>
    public abstract TNode Item(TNode node, int index);

    /// <summary>A member of an object.</summary>
    public abstract bool TryGetMember(TNode node, string name, out TNode member);

    /// <summary>The names of an object's members.</summary>
    public abstract IEnumerable<string> Names(TNode node);

    /// <summary>The value that expressions see.</summary>
    /// <param name="node">Read when it is needed, so not to be changed meanwhile.</param>
    /// <param name="type">As declared: a string becomes a timestamp, a duration or bytes, and a number an int or a double, if the type says so. Dyn takes things as they are.</param>
    public CelValue ToValue(TNode node, CelType type)
    {
        ArgumentNullException.ThrowIfNull(type);
        switch (KindOf(node))
        {
            case CelNodeKind.Null: return CelValue.Null;
            case CelNodeKind.True: return CelValue.True;
            case CelNodeKind.False: return CelValue.False;
            case CelNodeKind.Number: return JsonScalars.Number(Number(node), type);
            case CelNodeKind.String: return JsonScalars.Text(Text(node), type);
            case CelNodeKind.Array: return CelValue.FromList(JsonCelList<TNode>.Create(this, node, type));
            default: return CelValue.FromMap(new JsonCelMap<TNode>(this, node, type));
        }
    }
}
