namespace Orch.Cel;

/// <summary>An object that an expression made, as <c>JSONPatch{op: "add"}</c>; its fields in order of writing.</summary>
public sealed class CelObject : CelMap
{
    private readonly CelObjectType _type;
    private readonly OrderedDictionary<string, CelValue> _fields;

    internal CelObject(CelObjectType type, OrderedDictionary<string, CelValue> fields)
    {
        _type = type;
        _fields = fields;
    }

    /// <inheritdoc/>
    public override CelType Type => _type;

    /// <inheritdoc/>
    public override int Count => _fields.Count;

    /// <inheritdoc/>
    public override IEnumerable<CelValue> Keys => _fields.Keys.Select(CelValue.FromString);

    /// <inheritdoc/>
    public override bool TryGet(in CelValue key, out CelValue value)
    {
        if (key.Kind == CelKind.String) { return TryGetField(key.AsString(), out value); }
        value = default;
        return false;
    }

    /// <inheritdoc/>
    public override bool TryGetField(string name, out CelValue value)
    {
        if (_fields.TryGetValue(name, out value)) { return true; }
        if (!_type.TryGetField(name, out var field)) { return false; }
        value = field.Type.ZeroValue();
        return true;
    }

    /// <inheritdoc/>
    public override bool HasField(string name) => _fields.ContainsKey(name);

    /// <inheritdoc/>
    public override bool ValueEquals(CelMap other)
        => other is CelObject made ? made._type.Name == _type.Name && base.ValueEquals(other) : base.ValueEquals(other);
}
