using System.Reflection;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Serialization;
using Orch.Testing.Oracle;

namespace Orch.Abstractions.Tests.Serialization;

/// <summary>Upstream's own complete objects, one a kind, must come through the models without loss.</summary>
public sealed class SampleRoundTripTests
{
    // Members that the models do not have, by sample.
    private static readonly Dictionary<string, string[]> Unmodelled = new(StringComparer.Ordinal);

    private static readonly string? Folder = OracleData.Find("samples");

    public static TheoryData<string> Samples()
    {
        var data = new TheoryData<string>();
        if (Folder is null) { data.Add("absent"); }
        else
        {
            foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal)) { data.Add(Path.GetFileName(file)); }
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void RoundTrip_UpstreamSample_LosesNothing(string file)
    {
        Skip.If(Folder is null, "upstream's sample objects are not on this machine; set ORCH_API_SAMPLES to their folder");
        var text = File.ReadAllBytes(Path.Combine(Folder, file));
        var before = JsonNode.Parse(text)!.AsObject();
        var type = ModelOf((string?)before["apiVersion"], (string?)before["kind"]);
        Skip.If(type is null, "the models have no such type");

        var differences = new List<string>();
        Compare(string.Empty, before, JsonNode.Parse(ApiJson.Serialize(ApiJson.Deserialize(text, type), type)), differences);
        var copied = ApiJson.Serialize((object)ApiJson.DeepCopy(ApiJson.Deserialize(text, type)), type);
        Compare("copy:", before, JsonNode.Parse(copied), differences);
        differences.RemoveAll(difference => Unmodelled.GetValueOrDefault(file, []).Any(known => difference.Contains(known, StringComparison.Ordinal)));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static Type? ModelOf(string? apiVersion, string? kind)
    {
        if (apiVersion is null || kind is null) { return null; }
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? (string.Empty, apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        return typeof(V1Pod).Assembly.GetTypes().FirstOrDefault(type => type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity
            && entity.Kind == kind && entity.ApiVersion == version && (entity.Group ?? string.Empty) == group);
    }

    private static void Compare(string path, JsonNode? before, JsonNode? after, List<string> differences)
    {
        switch (before, after)
        {
            case (JsonObject left, JsonObject right):
                foreach (var name in left.Select(pair => pair.Key).Union(right.Select(pair => pair.Key)).ToArray())
                {
                    Compare($"{path}.{name}", left[name], right[name], differences);
                }

                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var index = 0; index < left.Count; index++) { Compare($"{path}[{index}]", left[index], right[index], differences); }
                break;
            default:
                if (!JsonNode.DeepEquals(before, after)) { differences.Add($"{path}: {before?.ToJsonString() ?? "absent"} became {after?.ToJsonString() ?? "absent"}"); }
                break;
        }
    }
}
