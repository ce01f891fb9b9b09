using Orch.ApiServer.CustomResources.Paths;
using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Follows a path of fields through a schema.</summary>
internal static class SchemaRoute
{
    /// <summary>The schema at the end of the path; null with a fault when there is none.</summary>
    public static JsonMap? Find(string path, JsonMap schema, out string fault)
    {
        fault = string.Empty;
        if (!path.StartsWith('.') && !path.StartsWith('[')) { fault = $"expected [ or . but got: {path}"; return null; }
        if (path.Contains('[', StringComparison.Ordinal) && !path.Contains("['", StringComparison.Ordinal)) { fault = "expected ' in bracket notation"; return null; }
        var route = FieldRoute.Parse(path);
        if (route.Names.Count == 0) { fault = "unexpected end of JSON path"; return null; }
        var at = schema;
        foreach (var name in route.Names)
        {
            var below = SchemaCompiler.Map(at, "properties").GetValueOrDefault(name) as JsonMap ?? at.GetValueOrDefault("additionalProperties") as JsonMap;
            if (below is null) { fault = $"does not refer to a valid field"; return null; }
            at = below;
        }

        return at;
    }
}
