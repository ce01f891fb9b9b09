using Orch.ApiServer.CustomResources.Schemas;
using Orch.Cel;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>The type that expressions see at a place of a schema, with the bounds of what can stand there.</summary>
/// <remarks>Sizes are what a request of three megabytes can hold where the schema sets none; the cost of expressions is estimated by them.</remarks>
internal static class SchemaType
{
    private const long RequestBytes = 3 * 1024 * 1024;

    /// <summary>The type; any where the schema does not say.</summary>
    /// <param name="isResource">The place has an <c>apiVersion</c>, a <c>kind</c> and metadata of its own.</param>
    public static CelType Of(SchemaNode node, bool isResource = false) => Find(node, isResource) ?? CelType.Dyn;

    /// <summary>The type; null for what expressions do not see: what has no type, and lists and maps of it.</summary>
    public static CelType? Find(SchemaNode node, bool isResource = false)
    {
        if (node.IsIntOrString) { return CelType.Dyn.WithMaxSize(RequestBytes - 2); }
        return node.Type switch
        {
            "string" => Text(node),
            "integer" => CelType.Int,
            "number" => CelType.Double,
            "boolean" => CelType.Bool,
            "array" => List(node),
            "object" when node.Additional is { } values && node.Properties.Count == 0 && !node.IsEmbeddedResource
                => Find(values) is { } type ? CelType.Map(CelType.String, type, node.MaxProperties ?? (RequestBytes - 2) / (MinSize(values) + 6)) : null,
            "object" => new SchemaObjectType(node, isResource || node.IsEmbeddedResource),
            _ => null,
        };
    }

    /// <summary>How many elements of at least a schema's size a request can hold.</summary>
    public static ulong MaxCount(SchemaNode node) => (ulong)(RequestBytes / (MinSize(node) + 1));

    private static CelType? List(SchemaNode node)
    {
        if (node.Items is not { } items || Find(items) is not { } type) { return null; }
        var semantics = node.ListType switch { "set" => CelListSemantics.Set, "map" => CelListSemantics.Map, _ => CelListSemantics.Atomic };
        return CelType.List(type, node.MaxItems ?? (RequestBytes - 2) / (MinSize(items) + 1), semantics, node.ListType == "map" ? node.ListMapKeys : null);
    }

    private static CelType Text(SchemaNode node) => node.Format switch
    {
        "byte" => CelType.Bytes.WithMaxSize(node.MaxLength ?? RequestBytes - 2),
        "duration" => CelType.Duration,
        "date" or "date-time" => CelType.Timestamp,
        // A character is up to four bytes.
        _ => CelType.String.WithMaxSize(node.MaxLength is { } length ? Math.Max(0, length) * 4
            : node.Enum is { } values ? values.Max(static value => (long?)(value as string)?.Length ?? 0)
            : RequestBytes - 2),
    };

    private static bool IsSeen(SchemaNode node) => node.IsIntOrString || node.Type switch
    {
        "array" => node.Items is { } items && IsSeen(items),
        "object" when node.Additional is { } values && node.Properties.Count == 0 && !node.IsEmbeddedResource => IsSeen(values),
        _ => node.Type.Length > 0,
    };

    // Bytes of the shortest JSON that the schema allows.
    private static long MinSize(SchemaNode node) => node.IsIntOrString ? 1 : node.Type switch
    {
        "boolean" => 4,
        "string" => node.Format switch { "duration" => 3, "date" => 12, "date-time" => 21, _ => 2 },
        "array" => 2,
        "object" => 2 + node.Required.Sum(name => node.Properties.GetValueOrDefault(name) is { HasDefault: false } property && IsSeen(property) ? name.Length + MinSize(property) + 4 : 0),
        _ => 1,
    };
}
