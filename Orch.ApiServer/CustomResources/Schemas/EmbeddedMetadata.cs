using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Checks the metadata of resources inside resources, and drops what is no part of it.</summary>
internal static class EmbeddedMetadata
{
    /// <summary>Visits every embedded resource, in place.</summary>
    /// <param name="strict">Takes the unknown fields.</param>
    /// <returns>What is wrong with the first metadata that cannot be read; null when nothing is.</returns>
    public static string? Coerce(object? value, SchemaNode? schema, List<string> strict, ModelSchemas schemas) => Visit(value, schema, string.Empty, strict, schemas);

    private static string? Visit(object? value, SchemaNode? schema, string path, List<string> strict, ModelSchemas schemas)
    {
        if (schema is not { HasEmbeddedWithin: true }) { return null; }
        switch (value)
        {
            case JsonMap map:
                if (schema.IsEmbeddedResource && map.GetValueOrDefault("metadata") is { } metadata)
                {
                    var place = path.Length == 0 ? "metadata" : $"{path}.metadata";
                    if (CustomObjectDecoder.ReadMetadata(metadata, place, strict, schemas) is not { } read) { return $"{place}: {CustomObjectDecoder.MetadataFault(metadata, schemas)}"; }
                    map["metadata"] = JsonTree.Read(ApiJson.Serialize(read));
                }

                foreach (var (name, item) in map)
                {
                    var fault = Visit(item, schema.Properties.GetValueOrDefault(name) ?? schema.Additional, path.Length == 0 ? name : $"{path}.{name}", strict, schemas);
                    if (fault is not null) { return fault; }
                }

                return null;
            case JsonList list:
                for (var index = 0; index < list.Count; index++)
                {
                    if (Visit(list[index], schema.Items, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}[{index}]"), strict, schemas) is { } fault) { return fault; }
                }

                return null;
            default: return null;
        }
    }
}
