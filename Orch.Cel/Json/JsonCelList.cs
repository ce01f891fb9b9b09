namespace Orch.Cel.Json;

/// <summary>An array of a JSON tree.</summary>
internal class JsonCelList<TNode>(CelJsonReader<TNode> reader, TNode node, CelType element) : CelList
{
    public override int Count { get; } = reader.Count(node);

    public override CelValue this[int index] => reader.ToValue(reader.Item(node, index), element);

    public static CelList Create(CelJsonReader<TNode> reader, TNode node, CelType type)
    {
        var element = type.Kind == CelKind.List ? type.Items[0] : CelType.Dyn;
        var list = new JsonCelList<TNode>(reader, node, element);
        return type.Kind != CelKind.List || type.ListSemantics == CelListSemantics.Atomic ? list : new KeyedCelList(list, type);
    }
}
