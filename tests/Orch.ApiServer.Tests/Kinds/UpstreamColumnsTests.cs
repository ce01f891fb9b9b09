using System.Runtime.CompilerServices;
using System.Text.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Kinds.Core;
using Orch.ApiServer.Resources;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>The columns of every built-in kind against upstream's, which stand in <c>UpstreamColumns.txt</c>.</summary>
public sealed class UpstreamColumnsTests
{
    [SkippableFact]
    public void Columns_OfEveryKind_AreUpstreams()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(OracleData.Require("openapi-v2.json")));
        var expected = Expected(document.RootElement.GetProperty("definitions"));
        var differences = new List<string>();
        var all = All().ToDictionary(static item => $"{item.Kind.ApiVersion} {item.Resource.Resource}", StringComparer.Ordinal);
        differences.AddRange(all.Keys.Except(expected.Keys).Select(static kind => $"{kind}: nothing is known of its columns"));
        foreach (var (kind, columns) in expected)
        {
            if (!all.TryGetValue(kind, out var declaration)) { differences.Add($"{kind}: not served"); continue; }
            // A kind whose name is shown otherwise has the column itself.
            var own = declaration.Columns.Where(column => declaration.BeginsWithName || column.Name != "Name" || columns.Exists(static item => item.StartsWith("Name|", StringComparison.Ordinal)))
                .Select(static column => $"{column.Name}|{column.Type}|{column.Format}|{column.Priority}|{column.Description}").ToList();
            for (var index = 0; index < Math.Max(own.Count, columns.Count); index++)
            {
                var (mine, theirs) = (index < own.Count ? own[index] : "nothing", index < columns.Count ? columns[index] : "nothing");
                if (theirs.EndsWith("|~", StringComparison.Ordinal) ? !mine.StartsWith(theirs[..^1], StringComparison.Ordinal) : mine != theirs) { differences.Add($"{kind}: {mine}\n  upstream: {theirs}"); }
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
        Assert.True(expected.Count > 60, $"compared only {expected.Count} kinds");
    }

    private static IEnumerable<ResourceDeclaration> All() => [.. BuiltInResources.All(), new ComponentStatusDeclaration()];

    private static Dictionary<string, List<string>> Expected(JsonElement definitions, [CallerFilePath] string file = "")
    {
        var all = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string> columns = [];
        foreach (var line in File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "UpstreamColumns.txt")).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            if (!line.Contains('|', StringComparison.Ordinal)) { all[line] = columns = []; continue; }
            var parts = line.Split('|', 5);
            if (parts[4].StartsWith('$')) { parts[4] = Description(definitions, parts[4][1..]); }
            columns.Add(string.Join('|', parts));
        }

        return all;
    }

    private static string Description(JsonElement definitions, string reference)
    {
        var path = reference switch
        {
            "name" => "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.name",
            "age" => "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta.creationTimestamp",
            _ => "io.k8s.api." + reference,
        };
        var dot = path.LastIndexOf('.');
        return definitions.GetProperty(path[..dot]).GetProperty("properties").GetProperty(path[(dot + 1)..]).GetProperty("description").GetString()!;
    }
}
