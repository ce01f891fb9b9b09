using Orch.ApiServer.CustomResources.Schemas;
using Orch.Cel;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>An object of a schema with the fields that expressions may name; made when they are first asked for.</summary>
internal sealed class SchemaObjectType : CelObjectType
{
    private static readonly CelType Metadata = Of("object", [new("name", CelType.String), new("generateName", CelType.String)]);
    private readonly Lazy<Dictionary<string, CelField>> _fields;

    public SchemaObjectType(SchemaNode node, bool isResource)
        : base("object")
        => _fields = new Lazy<Dictionary<string, CelField>>(() => FieldsOf(node, isResource));

    /// <inheritdoc />
    public override bool TryGetField(string name, out CelField field) => _fields.Value.TryGetValue(name, out field!);

    /// <inheritdoc />
    public override string ExpressionName(string dataName) => CelIdentifier.Escape(dataName) ?? dataName;

    private static Dictionary<string, CelField> FieldsOf(SchemaNode node, bool isResource)
    {
        var fields = new Dictionary<string, CelField>(StringComparer.Ordinal);
        foreach (var (name, property) in node.Properties)
        {
            // What has no type, or a name that cannot be written, expressions do not see.
            if (CelIdentifier.Escape(name) is { } written && SchemaType.Find(property) is { } type) { fields[written] = new CelField(name, type); }
        }

        if (isResource)
        {
            fields["apiVersion"] = new CelField("apiVersion", CelType.String);
            fields["kind"] = new CelField("kind", CelType.String);
            fields["metadata"] = new CelField("metadata", Metadata);
        }

        return fields;
    }
}
