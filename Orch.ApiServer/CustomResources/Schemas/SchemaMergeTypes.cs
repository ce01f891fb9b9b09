using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>How custom objects merge, by their schema.</summary>
/// <remarks>As upstream derives it from the published schema of a definition.</remarks>
internal static class SchemaMergeTypes
{
    /// <summary>Of a whole object.</summary>
    /// <param name="metadata">The type of metadata.</param>
    public static MergeType Of(SchemaNode schema, MergeType metadata) => OfObject(schema, metadata, isResource: true);

    private static MergeType Make(SchemaNode schema, MergeType metadata)
    {
        if (schema.IsIntOrString) { return MergeType.AnyScalar; }
        return schema.Type switch
        {
            "object" => OfObject(schema, metadata, schema.IsEmbeddedResource),
            "array" => OfList(schema, metadata),
            "string" => MergeType.String,
            "integer" or "number" => MergeType.Number,
            "boolean" => MergeType.Boolean,
            _ => MergeType.Free,
        };
    }

    private static MergeType OfObject(SchemaNode schema, MergeType metadata, bool isResource)
    {
        var fields = new List<MergeField>(schema.Properties.Count + 3);
        foreach (var (name, property) in schema.Properties)
        {
            if (!isResource || name is not ("apiVersion" or "kind" or "metadata")) { fields.Add(new MergeField(name, () => Make(property, metadata))); }
        }

        if (isResource)
        {
            fields.Add(new MergeField("apiVersion", MergeType.String));
            fields.Add(new MergeField("kind", MergeType.String));
            fields.Add(new MergeField("metadata", metadata) { IsInEmpty = true });
        }

        Func<MergeType>? others = schema.Additional is { } additional ? () => Make(additional, metadata)
            : schema.PreservesUnknown || schema is { HasAdditional: true, Additional: null, ForbidsAdditional: false } || fields.Count == 0 ? static () => MergeType.Free
            : null;
        return new MergeType { Map = new MergeMap(fields, others, schema.MapType == "atomic") };
    }

    private static MergeType OfList(SchemaNode schema, MergeType metadata)
    {
        var items = schema.Items;
        Func<MergeType> element = items is null ? static () => MergeType.Free : () => Make(items, metadata);
        var keys = schema.ListType == "map" ? schema.ListMapKeys.Select(key => new MergeKey(key, DefaultOf(items, key))).ToArray() : [];
        return new MergeType { List = new MergeList(element, schema.ListType is not ("set" or "map"), keys) };
    }

    private static string? DefaultOf(SchemaNode? items, string key)
        => items?.Properties.GetValueOrDefault(key) is { HasDefault: true, Default: { } value } ? System.Text.Encoding.UTF8.GetString(JsonTree.Write(value)) : null;
}
