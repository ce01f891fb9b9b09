namespace Orch.Cel;

/// <summary>An object type with the fields it was made with.</summary>
internal sealed class FixedCelObjectType(string name, Dictionary<string, CelField> fields) : CelObjectType(name)
{
    public override bool TryGetField(string name, out CelField field) => fields.TryGetValue(name, out field!);
}
