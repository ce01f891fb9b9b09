using System.Text.Json;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Schema;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>Compares the operations that we publish with those of the document that upstream publishes.</summary>
public sealed class OpenApiOracleTests
{
    // Parameters of upstream that we do not serve: sharded lists, and deletion of objects that cannot be read.
    private static readonly HashSet<string> NotServed = ["shardSelector"];

    [SkippableFact]
    public void Operations_AreThoseOfUpstream()
    {
        var path = OracleData.Require("openapi-v2.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var theirs = document.RootElement.GetProperty("paths");
        var shared = document.RootElement.GetProperty("parameters");
        var publisher = new OpenApiPublisher(new OpenApiWriter(new ResourceCatalog(BuiltInResources.All()), [], new ModelSchemas()));
        using var own = JsonDocument.Parse(publisher.Find("/openapi/v2", string.Empty)!.ToBytes());
        var differences = new List<string>();
        var compared = 0;
        foreach (var item in own.RootElement.GetProperty("paths").EnumerateObject())
        {
            if (!theirs.TryGetProperty(item.Name, out var their)) { differences.Add($"{item.Name}: not in the document"); continue; }
            foreach (var operation in item.Value.EnumerateObject().Where(static operation => operation.Name != "parameters"))
            {
                compared++;
                var name = $"{operation.Name} {item.Name}";
                if (!their.TryGetProperty(operation.Name, out var expected)) { differences.Add($"{name}: not in the document"); continue; }
                foreach (var key in new[] { "operationId", "x-kubernetes-action", "x-kubernetes-group-version-kind", "tags" })
                {
                    if (!operation.Value.TryGetProperty(key, out _) && !expected.TryGetProperty(key, out _)) { continue; }
                    if (!JsonElement.DeepEquals(operation.Value.GetProperty(key), expected.GetProperty(key)))
                    {
                        differences.Add($"{name}: {key} is {operation.Value.GetProperty(key)}, in the document {expected.GetProperty(key)}");
                    }
                }

                // Upstream lifts what all operations of a path share to the path.
                List<string> mine = [.. Parameters(operation.Value, shared).Concat(Parameters(item.Value, shared)).Order(StringComparer.Ordinal)];
                var wanted = Parameters(expected, shared).Concat(Parameters(their, shared)).Order(StringComparer.Ordinal).Where(static parameter => !NotServed.Contains(parameter)).ToList();
                if (!mine.SequenceEqual(wanted)) { differences.Add($"{name}: parameters {string.Join(',', mine)}, in the document {string.Join(',', wanted)}"); }
            }
        }

        Assert.True(compared > 150, $"compared only {compared} operations");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    private static List<string> Parameters(JsonElement operation, JsonElement shared)
        => operation.TryGetProperty("parameters", out var list)
            ? [.. list.EnumerateArray().Select(item => item.TryGetProperty("$ref", out var reference) ? shared.GetProperty(reference.GetString()!["#/parameters/".Length..]) : item)
                .Select(static item => item.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)]
            : [];
}
