using Orch.ApiServer.Schema;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies.TypeChecking;

/// <summary>The type of a model's objects for expressions; fields are made when they are first asked for, so that recursive models end.</summary>
/// <param name="name">As messages call it: the kind, and below it the path.</param>
/// <param name="schema">The model's.</param>
internal sealed class ModelObjectType(string name, ObjectSchema schema) : CelObjectType(name)
{
    private readonly Dictionary<string, CelField?> _fields = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public override bool TryGetField(string name, out CelField field)
    {
        if (!_fields.TryGetValue(name, out var known)) { _fields[name] = known = Make(name); }
        field = known!;
        return known is not null;
    }

    /// <inheritdoc />
    public override string ExpressionName(string dataName) => CelIdentifier.Escape(dataName) ?? dataName;

    private CelField? Make(string name)
    {
        foreach (var property in schema.Properties)
        {
            if (CelIdentifier.Escape(property.Name) == name && TypeOf(property.Value, $"{Name}.{name}") is { } type) { return new CelField(property.Name, type); }
        }

        return null;
    }

    // Null: free JSON has no type, and expressions do not see it.
    private static CelType? TypeOf(ValueSchema value, string path) => value.Kind switch
    {
        ValueKind.String or ValueKind.Quantity => CelType.String,
        ValueKind.Int32 or ValueKind.Int64 => CelType.Int,
        ValueKind.Boolean => CelType.Bool,
        ValueKind.Double => CelType.Double,
        ValueKind.Time or ValueKind.MicroTime => CelType.Timestamp,
        ValueKind.Bytes => CelType.Bytes,
        ValueKind.IntOrString => CelType.Dyn,
        ValueKind.List => TypeOf(value.Element!, path + ".@idx") is { } element ? CelType.List(element) : null,
        ValueKind.Map => TypeOf(value.Element!, path + ".@elem") is { } element ? CelType.Map(CelType.String, element) : null,
        ValueKind.Object => new ModelObjectType(path, value.Object!),
        _ => value.FreeDefinition.EndsWith(".JSON", StringComparison.Ordinal) ? null : Of(path, []),
    };
}
