using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.ApiServer.Tests.Protobuf;
using Orch.Client;
using Orch.Testing.Oracle;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Upstream's sample of each kind, made valid, on every road that a client has: nothing of it is lost, and nothing changes but what is asked for.</summary>
public sealed partial class SamplesThroughServerTests(SamplesThroughServerTests.Shared shared) : IClassFixture<SamplesThroughServerTests.Shared>
{
    private const string MergePatch = "application/merge-patch+json";
    private const string ApplyPatch = "application/apply-patch+yaml";
    private static readonly SampleCompletions Completions = SampleCompletions.Read();

    // The server itself writes to these at any time.
    private static readonly HashSet<string> Restless = ["FlowSchema", "PriorityLevelConfiguration", "ServiceCIDR", "IPAddress", "ValidatingAdmissionPolicy"];

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (var declaration in BuiltInResources.All())
            {
                data.Add(SampleCompletions.NameOf(declaration), false);
                data.Add(SampleCompletions.NameOf(declaration), true);
            }

            return data;
        }
    }

    [Fact]
    public void EveryKind_HasALine()
        => Assert.Equal(BuiltInResources.All().Select(SampleCompletions.NameOf).Order(StringComparer.Ordinal), Completions.Kinds.Order(StringComparer.Ordinal));

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Sample_OnEveryRoad_KeepsWhatItSays(string kind, bool isPacked)
    {
        var declaration = BuiltInResources.All().Single(item => SampleCompletions.NameOf(item) == kind);
        Skip.If(Completions.ReasonAgainst(kind) is not null, Completions.ReasonAgainst(kind));
        OracleData.Require("samples", kind + ".json");
        var sample = Completions.Of(declaration);
        var isNamespace = declaration.Kind is { Group: "", Kind: "Namespace" };
        if (isNamespace) { sample["metadata"]!["name"] = isPacked ? "packed" : "plain"; }
        var name = (string)sample["metadata"]!["name"]!;
        var collection = $"/{(declaration.Kind.Group.Length == 0 ? "api" : "apis")}/{declaration.Kind.ApiVersion}{(declaration.Scope == ResourceScope.Namespaced ? "/namespaces/default" : "")}/{declaration.Resource.Resource}";
        var path = $"{collection}/{name}";
        var road = new Road(shared.Http, declaration.ObjectType, isPacked);

        var made = await road.SendAsync("POST", collection, sample, HttpStatusCode.Created);
        AssertKept(sample, made);
        var plain = await new Road(shared.Http, declaration.ObjectType, IsPacked: false).SendAsync("GET", path);
        var packed = await new Road(shared.Http, declaration.ObjectType, IsPacked: true).SendAsync("GET", path);
        // A claim inside another object has no kind in protobuf, as upstream; zeros that mean absent are not told.
        Assert.DoesNotContain(Restless.Contains(declaration.Kind.Kind) ? [] : Changes(plain, packed, ""), path => !ClaimKind().IsMatch(path) && At(plain, path) is not ("0" or "false"));

        // The same again changes nothing, one label changes one label.
        var current = await road.UpdateAsync(path, static _ => { });
        if (!Restless.Contains(declaration.Kind.Kind)) { Assert.Equal((string)plain["metadata"]!["resourceVersion"]!, (string)current["metadata"]!["resourceVersion"]!); }
        var labelled = await road.UpdateAsync(path, static item => item["metadata"]!["labels"]!["added"] = "x");
        AssertChanged(declaration.Kind.Kind == "EndpointSlice" ? ["metadata.generation", "metadata.labels.added"] : ["metadata.labels.added"], current, labelled, declaration);
        var patched = await road.SendAsync("PATCH", path, JsonNode.Parse("""{"metadata":{"annotations":{"patched":"y"}}}""")!, type: MergePatch);
        AssertChanged(declaration.Kind.Kind == "Deployment" ? ["metadata.annotations.patched", "metadata.generation"] : ["metadata.annotations.patched"], labelled, patched, declaration);

        var applied = await road.SendAsync("PATCH", path + "?fieldManager=applier&force=true", sample, type: ApplyPatch);
        AssertKept(sample, applied);
        AssertChanged([], patched, applied, declaration);
        var again = await road.SendAsync("PATCH", path + "?fieldManager=applier&force=true", sample, type: ApplyPatch);
        AssertChanged([], applied, again, declaration);
        if (!Restless.Contains(declaration.Kind.Kind)) { Assert.Equal((string)applied["metadata"]!["resourceVersion"]!, (string)again["metadata"]!["resourceVersion"]!); }

        if (isNamespace) { return; }
        var going = await road.SendAsync("DELETE", path, JsonNode.Parse("""{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","gracePeriodSeconds":0}""")!, model: typeof(V1DeleteOptions));
        AssertKept(sample, going);
        Assert.NotNull(going["metadata"]!["deletionTimestamp"]);
        await road.SendAsync("PATCH", path, JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!, type: MergePatch);
        var gone = await road.SendAsync("GET", path, expected: HttpStatusCode.NotFound);
        Assert.Equal($"{declaration.Resource.GroupResource} \"{name}\" not found", gone.Message());
    }

    private static void AssertKept(JsonNode sample, JsonNode answer) => Assert.Empty(Lost(sample, answer, ""));

    private static void AssertChanged(string[] expected, JsonNode before, JsonNode after, ResourceDeclaration declaration)
        => Assert.Equal(expected, Changes(before, after, "").Where(path => path is not "metadata.resourceVersion" && !path.StartsWith("metadata.managedFields", StringComparison.Ordinal)
            && (!path.StartsWith("status", StringComparison.Ordinal) || !Restless.Contains(declaration.Kind.Kind))).Order(StringComparer.Ordinal));

    private static string? At(JsonNode node, string path)
    {
        foreach (var step in path.Split('.', '['))
        {
            node = (step.EndsWith(']') ? node[int.Parse(step[..^1], System.Globalization.CultureInfo.InvariantCulture)] : node[step])!;
            if (node is null) { return null; }
        }

        return node.ToJsonString();
    }

    [GeneratedRegex("""^spec\.volumeClaimTemplates\[\d+\]\.(apiVersion|kind)$""")]
    private static partial Regex ClaimKind();

    // What is in the one and not, or otherwise, in the other.
    private static IEnumerable<string> Lost(JsonNode? before, JsonNode? after, string path) => (before, after) switch
    {
        (JsonObject map, JsonObject other) => map.SelectMany(item => Lost(item.Value, other[item.Key], $"{path}.{item.Key}")),
        (JsonArray list, JsonArray other) => list.SelectMany((item, index) => Lost(item, index < other.Count ? other[index] : null, $"{path}[{index}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [$"{path}: {before?.ToJsonString()} became {after?.ToJsonString()}"],
    };

    private static IEnumerable<string> Changes(JsonNode? before, JsonNode? after, string path) => (before, after) switch
    {
        (JsonObject map, JsonObject other) => map.Select(static item => item.Key).Union(other.Select(static item => item.Key)).SelectMany(key => Changes(map[key], other[key], path.Length == 0 ? key : $"{path}.{key}")),
        (JsonArray list, JsonArray other) => Enumerable.Range(0, Math.Max(list.Count, other.Count)).SelectMany(index => Changes(index < list.Count ? list[index] : null, index < other.Count ? other[index] : null, $"{path}[{index}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [path],
    };

    /// <summary>One server for all.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private TestServer _server = null!;

        public HttpClient Http { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _server = await TestServer.ListenAsync();
            Http = _server.Http();
            await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        }

        public async Task DisposeAsync()
        {
            Http.Dispose();
            await _server.DisposeAsync();
        }
    }

    /// <summary>A client that speaks JSON, or protobuf wherever that can be spoken.</summary>
    private sealed record Road(HttpClient Http, Type Model, bool IsPacked)
    {
        public async Task<JsonNode> SendAsync(string method, string path, JsonNode? body = null, HttpStatusCode expected = HttpStatusCode.OK, string? type = null, Type? model = null)
        {
            var (code, answer) = await TryAsync(method, path, body, type, model);
            Assert.True(code == expected, $"{method} {path}: {(int)code} {answer.ToJsonString()}");
            return answer;
        }

        /// <summary>Changes what is there, again where somebody else was faster.</summary>
        public async Task<JsonNode> UpdateAsync(string path, Action<JsonNode> change)
        {
            JsonNode? updated = null;
            await Patience.UntilAsync(
                async () =>
                {
                    var item = await SendAsync("GET", path);
                    change(item);
                    var (code, answer) = await TryAsync("PUT", path, item, null, null);
                    if (code == HttpStatusCode.Conflict) { return false; }
                    Assert.True(code == HttpStatusCode.OK, $"PUT {path}: {(int)code} {answer.ToJsonString()}");
                    updated = answer;
                    return true;
                },
                $"{path} to be replaced");
            return updated!;
        }

        private async Task<(HttpStatusCode Code, JsonNode Answer)> TryAsync(string method, string path, JsonNode? body, string? type, Type? model)
        {
            if (!IsPacked)
            {
                var (code, answer, _) = await Http.SendAsync(method, path, body?.ToJsonString(), type ?? "application/json");
                return (code, answer);
            }

            var bytes = body is null ? null : type is null ? PackedHttp.Pack(body, model ?? Model) : Encoding.UTF8.GetBytes(body.ToJsonString());
            var (status, packed, response) = await Http.SendPackedAsync(method, path, bytes, type ?? PackedHttp.Type);
            Assert.Equal(PackedHttp.Type, response.Content.Headers.ContentType!.MediaType);
            return (status, PackedHttp.Unpack(packed, PackedHttp.KindOf(packed) == "Status" ? typeof(V1Status) : Model));
        }
    }
}
