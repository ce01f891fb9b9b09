using k8s.Models;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>What a definition means less by than its author may think.</summary>
internal static class DefinitionWarnings
{
    /// <summary>One text for each format that is not checked; those that were there before are known.</summary>
    public static IEnumerable<string> Of(V1CustomResourceDefinition value, V1CustomResourceDefinition? old)
    {
        if (old is not null && old.Metadata.Generation == value.Metadata.Generation) { return []; }
        var warnings = new List<string>();
        for (var index = 0; index < value.Spec.Versions.Count; index++)
        {
            if (value.Spec.Versions[index].Schema?.OpenAPIV3Schema is { } schema) { Visit((JsonMap)JsonTree.Read(ApiJson.Serialize(schema))!, warnings); }
        }

        return warnings;
    }

    private static void Visit(JsonMap schema, List<string> warnings)
    {
        if (warnings.Count > 20) { return; }
        if (SchemaCompiler.Text(schema, "format") is { Length: > 0 } format && SchemaCompiler.Text(schema, "type") is "string" && !TextFormats.IsKnown(format)) { warnings.Add($"unrecognized format \"{format}\""); }
        foreach (var property in SchemaCompiler.Map(schema, "properties").Values) { if (property is JsonMap below) { Visit(below, warnings); } }
        if (schema.GetValueOrDefault("items") is JsonMap items) { Visit(items, warnings); }
        if (schema.GetValueOrDefault("additionalProperties") is JsonMap additional) { Visit(additional, warnings); }
    }
}
