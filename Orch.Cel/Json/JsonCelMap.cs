namespace Orch.Cel.Json;

/// <summary>An object of a JSON tree.</summary>
internal sealed class JsonCelMap<TNode>(CelJsonReader<TNode> reader, TNode node, CelType type) : CelMap
{
    private readonly CelObjectType? _object = type as CelObjectType;
    private readonly CelType _value = type.Kind == CelKind.Map ? type.Items[1] : CelType.Dyn;

    public override int Count => reader.Count(node);

    public override CelType Type => _object ?? CelType.AnyMap;

    public override IEnumerable<CelValue> Keys
        => reader.Names(node).Select(name => CelValue.FromString(_object is null ? name : _object.ExpressionName(name)));

    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String) { return TryGetField(key.AsString(), out value); }
        value = default;
        return false;
    }

    public override bool TryGetField(string name, out CelValue value)
    {
        var fieldType = _value;
        if (_object is not null && _object.TryGetField(name, out var field))
        {
            name = field.Name;
            fieldType = field.Type;
        }

        if (reader.TryGetMember(node, name, out var member) && !IsAbsent(member))
        {
            value = reader.ToValue(member, fieldType);
            return true;
        }

        value = default;
        return false;
    }

    public override bool HasField(string name)
    {
        if (_object is not null && _object.TryGetField(name, out var field)) { name = field.Name; }
        return reader.TryGetMember(node, name, out var member) && !IsAbsent(member);
    }

    // A null field of an object counts as absent, unlike a null value of a map.
    private bool IsAbsent(TNode member) => _object is not null && reader.KindOf(member) == CelNodeKind.Null;
}
