using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Goes through a schema as it was written, combinations and what is not supported included.</summary>
internal static class SchemaWalk
{
    /// <summary>Whether anything in a schema is of some kind.</summary>
    public static bool Has(JsonMap? schema, Func<JsonMap, bool> isWanted) => schema is not null && (isWanted(schema) || Below(schema).Any(below => Has(below, isWanted)));

    private static IEnumerable<JsonMap> Below(JsonMap schema)
    {
        foreach (var (name, value) in schema)
        {
            switch (name, value)
            {
                case ("items" or "not" or "additionalProperties" or "additionalItems", JsonMap below): yield return below; break;
                case ("items" or "allOf" or "anyOf" or "oneOf", JsonList list): foreach (var item in list) { if (item is JsonMap one) { yield return one; } } break;
                case ("properties" or "patternProperties" or "definitions" or "dependencies", JsonMap map): foreach (var item in map.Values) { if (item is JsonMap one) { yield return one; } } break;
            }
        }
    }

    /// <summary>Whether a default stands anywhere.</summary>
    public static bool HasDefault(JsonMap? schema) => Has(schema, static at => at.GetValueOrDefault("default") is not null);

    /// <summary>Whether something stands anywhere that only a structural schema may have.</summary>
    public static bool HasExtension(JsonMap? schema) => Has(schema, static at => SchemaCompiler.Flag(at, "x-kubernetes-embedded-resource")
        || at.GetValueOrDefault("x-kubernetes-preserve-unknown-fields") is bool || SchemaCompiler.Flag(at, "x-kubernetes-int-or-string")
        || at.GetValueOrDefault("x-kubernetes-list-map-keys") is JsonList { Count: > 0 } || at.GetValueOrDefault("x-kubernetes-list-type") is string
        || at.GetValueOrDefault("x-kubernetes-validations") is JsonList { Count: > 0 });
}
