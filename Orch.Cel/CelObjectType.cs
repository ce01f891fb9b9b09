namespace Orch.Cel;

/// <summary>A type with named fields; derive from it to take fields from a schema when they are first asked for.</summary>
public abstract class CelObjectType : CelType
{
    /// <summary>Names the type.</summary>
    protected CelObjectType(string name)
        : base(CelKind.Object, name, [])
    {
    }

    /// <summary>The fields by the names that expressions write; the same instances at every call.</summary>
    public abstract bool TryGetField(string name, out CelField field);

    /// <summary>The name that expressions write for what the data calls <paramref name="dataName"/>.</summary>
    public virtual string ExpressionName(string dataName) => dataName;

    /// <summary>A type whose fields are all known.</summary>
    public static CelObjectType Of(string name, IEnumerable<KeyValuePair<string, CelType>> fields)
        => new FixedCelObjectType(name, fields.ToDictionary(field => field.Key, field => new CelField(field.Key, field.Value), StringComparer.Ordinal));
}
