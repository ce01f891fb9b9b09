using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.OpenApi;

/// <summary>Compares the whole document that we publish, in the stable versions of all groups, with the one that upstream publishes.</summary>
/// <remarks>
/// What differs on purpose stands in <c>explained-differences.txt</c>, a line each: the difference, or its beginning followed by <c>*</c>, then <c> # </c> and the reason.
/// </remarks>
public sealed partial class OpenApiCoverageTests
{
    private static readonly string[] IgnoredKeys = ["description"];

    [SkippableFact]
    public async Task Document_AgainstTheOracle_HasNoUnexplainedDifference()
    {
        using var theirs = JsonDocument.Parse(File.ReadAllBytes(OracleData.Require("openapi-v2.json")));
        await using var server = await TestServer.StartAsync();
        using var ours = JsonDocument.Parse(server.Services.GetRequiredService<IOpenApiPublisher>().Find("/openapi/v2", string.Empty)!.ToBytes());
        var differences = new List<string>();
        var operations = Operations(ours.RootElement, theirs.RootElement, differences);
        var definitions = Definitions(ours.RootElement, theirs.RootElement, differences);
        var unexplained = differences.Where(static difference => !Explained.Any(explained => explained.EndsWith('*')
            ? difference.StartsWith(explained[..^1], StringComparison.Ordinal) : difference == explained)).Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.True(operations > 300, $"compared only {operations} operations");
        Assert.True(definitions > 300, $"compared only {definitions} definitions");
        Assert.True(unexplained.Count == 0, string.Join("\n", unexplained));
    }

    private static IReadOnlyList<string> Explained { get; } =
        [.. File.ReadLines(Beside("explained-differences.txt")).Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split(" # ")[0].TrimEnd())];

    private static string Beside(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, name);

    private static int Operations(JsonElement ours, JsonElement theirs, List<string> differences)
    {
        var compared = 0;
        var (mine, expected) = (ours.GetProperty("paths"), theirs.GetProperty("paths"));
        foreach (var path in expected.EnumerateObject().Where(static path => IsStable(path.Name)))
        {
            foreach (var operation in path.Value.EnumerateObject().Where(static item => item.Name != "parameters"))
            {
                var name = $"{operation.Name.ToUpperInvariant()} {path.Name}";
                if (!mine.TryGetProperty(path.Name, out var item) || !item.TryGetProperty(operation.Name, out var own))
                {
                    differences.Add($"{name}: missing");
                    continue;
                }

                compared++;
                foreach (var key in new[] { "operationId", "x-kubernetes-action", "x-kubernetes-group-version-kind", "tags", "schemes" })
                {
                    Same(Text(own, key), Text(operation.Value, key), $"{name}: {key}", differences);
                }

                Same(Encodings(own, "consumes"), Encodings(operation.Value, "consumes"), $"{name}: consumes", differences);
                Same(Encodings(own, "produces"), Encodings(operation.Value, "produces"), $"{name}: produces", differences);
                Same(Answers(own), Answers(operation.Value), $"{name}: responses", differences);
                Same(Parameters(ours, item, own), Parameters(theirs, path.Value, operation.Value), $"{name}: parameters", differences);
            }
        }

        foreach (var path in mine.EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(static item => item.Name != "parameters"))
            {
                if (!expected.TryGetProperty(path.Name, out var item) || !item.TryGetProperty(operation.Name, out _)) { differences.Add($"{operation.Name.ToUpperInvariant()} {path.Name}: not in the document"); }
            }
        }

        return compared;
    }

    private static int Definitions(JsonElement ours, JsonElement theirs, List<string> differences)
    {
        var compared = 0;
        var (mine, expected) = (ours.GetProperty("definitions"), theirs.GetProperty("definitions"));
        foreach (var name in Reachable(theirs))
        {
            if (!mine.TryGetProperty(name, out var own)) { differences.Add($"{name}: missing"); continue; }
            compared++;
            var definition = expected.GetProperty(name);
            Facts(own, definition, name, "properties", differences);
            var properties = own.TryGetProperty("properties", out var list) ? list.EnumerateObject().ToDictionary(static item => item.Name, static item => item.Value) : [];
            foreach (var property in definition.TryGetProperty("properties", out var wanted) ? wanted.EnumerateObject().ToList() : [])
            {
                if (!properties.Remove(property.Name, out var value)) { differences.Add($"{name}.{property.Name}: missing"); }
                else { Facts(value, property.Value, $"{name}.{property.Name}", null, differences); }
            }

            differences.AddRange(properties.Keys.Select(property => $"{name}.{property}: not in the document"));
        }

        differences.AddRange(mine.EnumerateObject().Where(item => !expected.TryGetProperty(item.Name, out _)).Select(static item => $"{item.Name}: not in the document"));
        return compared;
    }

    // Type, format, required, list and map types, patch keys, references: everything but texts for people.
    private static void Facts(JsonElement own, JsonElement expected, string name, string? except, List<string> differences)
    {
        var keys = own.EnumerateObject().Concat(expected.EnumerateObject()).Select(static item => item.Name).Distinct().Where(key => key != except && !IgnoredKeys.Contains(key));
        foreach (var key in keys)
        {
            var (mine, theirs) = (key == "required" ? Set(own, key) : Text(own, key), key == "required" ? Set(expected, key) : Text(expected, key));
            Same(mine, theirs, $"{name}: {key}", differences);
        }
    }

    private static HashSet<string> Reachable(JsonElement document)
    {
        var found = new HashSet<string>();
        var queue = new Queue<string>(document.GetProperty("paths").EnumerateObject().Where(static path => IsStable(path.Name)).SelectMany(static path => References(path.Value.GetRawText())));
        while (queue.TryDequeue(out var name))
        {
            if (!found.Add(name)) { continue; }
            foreach (var reference in References(document.GetProperty("definitions").GetProperty(name).GetRawText())) { queue.Enqueue(reference); }
        }

        return found;
    }

    private static IEnumerable<string> References(string json) => Reference().Matches(json).Select(static match => match.Groups[1].Value);

    private static bool IsStable(string path) => !Unstable().IsMatch(path);

    private static string Text(JsonElement item, string key) => item.TryGetProperty(key, out var value) ? Canonical(value) : "nothing";

    // One text for one content: no white space, members in order, no texts for people.
    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(',', value.EnumerateObject().Where(static item => !IgnoredKeys.Contains(item.Name)).OrderBy(static item => item.Name, StringComparer.Ordinal)
            .Select(static item => $"{item.Name}:{Canonical(item.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(',', value.EnumerateArray().Select(Canonical)) + "]",
        _ => value.ToString(),
    };

    private static string Set(JsonElement item, string key)
        => item.TryGetProperty(key, out var values) ? string.Join(',', values.EnumerateArray().Select(static value => value.GetString()).Order(StringComparer.Ordinal)) : "nothing";

    // JSON and YAML; of the binary encodings and of apply, their own tests tell.
    private static string Encodings(JsonElement operation, string key)
        => string.Join(',', Set(operation, key).Split(',').Where(static type => !type.Contains("protobuf", StringComparison.Ordinal) && !type.Contains("cbor", StringComparison.Ordinal)
            && !type.Contains("apply-patch", StringComparison.Ordinal)));

    private static string Answers(JsonElement operation)
        => string.Join(", ", operation.GetProperty("responses").EnumerateObject().OrderBy(static item => item.Name, StringComparer.Ordinal)
            .Select(static item => item.Value.TryGetProperty("schema", out var schema) ? $"{item.Name} {Canonical(schema)}" : item.Name));

    // Parameters stand at an operation, its path or the document.
    private static string Parameters(JsonElement document, JsonElement path, JsonElement operation)
        => string.Join(", ", new[] { path, operation }.SelectMany(static item => item.TryGetProperty("parameters", out var list) ? list.EnumerateArray() : default)
            .Select(item => item.TryGetProperty("$ref", out var reference) ? document.GetProperty("parameters").GetProperty(reference.GetString()!["#/parameters/".Length..]) : item)
            .Select(static item => $"{Text(item, "in")} {Text(item, "name")} {Text(item, "type")} {Text(item, "required")} {Text(item, "schema")}")
            .Where(static text => !text.Contains(" shardSelector ", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    private static void Same(string mine, string theirs, string what, List<string> differences)
    {
        if (mine != theirs) { differences.Add($"{what} is {mine}, in the document {theirs}"); }
    }

    [GeneratedRegex("\"\\$ref\"\\s*:\\s*\"#/definitions/([^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("^/apis/[^/]+/v[0-9]+(alpha|beta)[0-9]+/|^/apis/(internal\\.apiserver|storagemigration)\\.k8s\\.io/$")]
    private static partial Regex Unstable();
}
