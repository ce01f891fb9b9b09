using System.Text.Json.Nodes;
using Orch.ApiServer.Kinds;
using Orch.Serialization;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Objects with every field filled go through the defaults with nothing lost.</summary>
public sealed class OracleSampleTests
{
    // A directory "shared" beside the repository holds test data that is not the project's own.
    private static readonly string Folder = OracleData.Find("samples") ?? string.Empty;

    // Written into other fields on purpose: the input-only map of secrets, and singular fields that follow their lists.
    private static readonly HashSet<string> Moved = ["$.stringData", "$.spec.serviceAccount", "$.spec.template.spec.serviceAccount", "$.template.spec.serviceAccount", "$.spec.jobTemplate.spec.template.spec.serviceAccount", "$.status.podIPs", "$.spec.podCIDRs", "$.spec.podCIDR", "$.spec.podCIDRs[0]", "$.status.podIPs[0].ip"];

    public static TheoryData<string> Kinds => [.. BuiltInResources.All().Select(declaration => $"{declaration.Kind.ApiVersion.Replace('/', '.')}.{declaration.Kind.Kind}")];

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Default_SampleWithEveryField_KeepsThem(string kind)
    {
        var file = Path.Combine(Folder, $"{(kind.StartsWith("v1.", StringComparison.Ordinal) ? "core." : string.Empty)}{kind}.json");
        Skip.IfNot(File.Exists(file), "the public samples are not on this machine");
        var json = File.ReadAllBytes(file);
        var declaration = BuiltInResources.All().Single(item => $"{item.Kind.ApiVersion.Replace('/', '.')}.{item.Kind.Kind}" == kind);
        var value = (k8s.IKubernetesObject<k8s.Models.V1ObjectMeta>)ApiJson.Deserialize(json, declaration.ObjectType);
        var before = JsonNode.Parse(ApiJson.Serialize(value, declaration.ObjectType))!;

        declaration.Default(value);

        var after = JsonNode.Parse(ApiJson.Serialize(value, declaration.ObjectType))!;
        var lost = new List<string>();
        Compare(before, after, "$", lost);
        Assert.Empty(lost);
    }

    private static void Compare(JsonNode? before, JsonNode? after, string path, List<string> lost)
    {
        if (Moved.Contains(path)) { return; }
        switch (before)
        {
            case JsonObject map when after is JsonObject other:
                foreach (var (key, value) in map)
                {
                    if (IsZero(value)) { continue; }
                    if (!other.ContainsKey(key) && !Moved.Contains($"{path}.{key}")) { lost.Add($"{path}.{key}"); }
                    else { Compare(value, other[key], $"{path}.{key}", lost); }
                }

                break;
            case JsonArray list when after is JsonArray other:
                for (var index = 0; index < list.Count; index++) { Compare(list[index], index < other.Count ? other[index] : null, $"{path}[{index}]", lost); }
                break;
            default:
                if (!JsonNode.DeepEquals(before, after)) { lost.Add($"{path}: {before?.ToJsonString()} -> {after?.ToJsonString()}"); }
                break;
        }
    }

    // Zero numbers and false flags say nothing in fields that upstream leaves out then.
    private static bool IsZero(JsonNode? value) => value is null || value.ToJsonString() is "false" or "0";
}
