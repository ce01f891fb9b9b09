using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Serialization;
using Orch.Storage;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Objects with every field filled, as they lie in the store, go out to clients and through patches with nothing lost.</summary>
public sealed class OracleThroughServerTests : HttpServerTests
{
    private static readonly ModelSchemas Schemas = new();
    private static readonly Patcher Patcher = new(new ObjectDecoder(Schemas), Schemas);
    private static readonly string Folder = OracleData.Find("samples") ?? string.Empty;

    public static TheoryData<string> Kinds => [.. Declarations().Select(NameOf)];

    [SkippableFact]
    public async Task StoredSample_OfEveryKind_ComesOutWhole()
    {
        Skip.If(Folder.Length == 0, "the public samples are not on this machine");
        var store = _server.Services.GetRequiredService<IStore>();
        var lost = new List<string>();
        var seen = 0;
        foreach (var declaration in Declarations().Where(static item => File.Exists(FileOf(item))))
        {
            var sample = Sample(declaration);
            var (name, space) = ((string)sample["metadata"]!["name"]!, declaration.Scope == ResourceScope.Namespaced ? (string)sample["metadata"]!["namespace"]! : string.Empty);
            // Another version's objects are converted, not stored as they are.
            if (declaration.Kind is { Group: "autoscaling", Version: "v1" }) { continue; }
            if (declaration.Kind is { Kind: "Event", Group: not "" }) { continue; }

            // The server itself writes to these.
            if (declaration.Kind.Kind is "CustomResourceDefinition" or "APIService" or "FlowSchema" or "PriorityLevelConfiguration" or "ServiceCIDR" or "IPAddress" or "Service" or "Namespace") { continue; }
            await store.CommitAsync(CommitRequest.Create(declaration.StoragePrefix + (space.Length == 0 ? name : $"{space}/{name}"), Encoding.UTF8.GetBytes(sample.ToJsonString())), CancellationToken.None);
            var collection = $"/{(declaration.Kind.Group.Length == 0 ? "api" : "apis")}/{declaration.Kind.ApiVersion}{(space.Length == 0 ? "" : $"/namespaces/{space}")}/{declaration.Resource.Resource}";
            var kind = NameOf(declaration);
            lost.AddRange(Missing(sample, JsonNode.Parse(await _http.GetStringAsync(Of($"{collection}/{name}"))), $"{kind} got"));
            var only = $"fieldSelector=metadata.name%3D{name}";
            lost.AddRange(Missing(sample, Item(JsonNode.Parse(await _http.GetStringAsync(Of($"{collection}?{only}")))!), $"{kind} listed"));
            lost.AddRange(Missing(sample, await WatchedAsync($"{collection}?watch=1&resourceVersion=0&{only}"), $"{kind} watched"));
            var table = JsonNode.Parse(await AsAsync($"{collection}?includeObject=Object&{only}", "application/json;as=Table;v=v1;g=meta.k8s.io"))!;
            lost.AddRange(Missing(sample, table["rows"]![0]!["object"], $"{kind} in a table"));
            Assert.Equal(table["columnDefinitions"]!.AsArray().Count, table["rows"]![0]!["cells"]!.AsArray().Count);
            seen++;
        }

        Assert.Empty(lost);
        Assert.True(seen >= 50, $"only {seen} kinds");
    }

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Patches_OfASample_ChangeOnlyWhatTheySay(string kind)
    {
        var declaration = Declarations().Single(item => NameOf(item) == kind);
        Skip.IfNot(File.Exists(FileOf(declaration)), "the public samples are not on this machine");
        // As this version of the models has it.
        var sample = JsonNode.Parse(ApiJson.Serialize(ApiJson.Deserialize(File.ReadAllBytes(FileOf(declaration)), declaration.ObjectType), declaration.ObjectType))!;
        var stored = Encoding.UTF8.GetBytes(sample.ToJsonString());
        foreach (var (type, patch) in ((PatchKind, string)[])
        [
            (PatchKind.Merge, """{"metadata":{"labels":{"added":"x"}}}"""),
            (PatchKind.StrategicMerge, """{"metadata":{"labels":{"added":"x"}}}"""),
            (PatchKind.Json, """[{"op":"add","path":"/metadata/labels/added","value":"x"}]"""),
        ])
        {
            var patched = Patcher.Apply(new PatchRequest(type, stored, Encoding.UTF8.GetBytes(patch), declaration.Kind, declaration.ObjectType)).Value;
            var after = JsonNode.Parse(ApiJson.Serialize(patched, declaration.ObjectType))!;
            Assert.Empty(Missing(sample, after, $"{kind} after {type}"));
            Assert.Equal("x", (string)after["metadata"]!["labels"]!["added"]!);
        }
    }

    private static List<ResourceDeclaration> Declarations() => [.. BuiltInResources.All()];

    private static string NameOf(ResourceDeclaration declaration) => $"{(declaration.Kind.Group.Length == 0 ? "core" : declaration.Kind.Group)}.{declaration.Kind.Version}.{declaration.Kind.Kind}";

    private static string FileOf(ResourceDeclaration declaration) => Path.Combine(Folder, NameOf(declaration) + ".json");

    private static JsonNode Sample(ResourceDeclaration declaration)
    {
        var sample = JsonNode.Parse(File.ReadAllBytes(FileOf(declaration)))!;
        sample["metadata"]!.AsObject().Remove("resourceVersion");
        return sample;
    }

    private static Uri Of(string path) => new(path, UriKind.Relative);

    // Items of a list say their kind just once, in the list.
    private static JsonObject Item(JsonNode list)
    {
        var item = list["items"]![0]!.AsObject();
        item["apiVersion"] ??= list["apiVersion"]!.DeepClone();
        item["kind"] ??= ((string)list["kind"]!)[..^"List".Length];
        return item;
    }

    private async Task<string> AsAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {body}");
        return body;
    }

    private async Task<JsonNode?> WatchedAsync(string path)
    {
        await using var stream = await _http.GetStreamAsync(Of(path));
        using var reader = new StreamReader(stream);
        return JsonNode.Parse((await reader.ReadLineAsync())!)!["object"];
    }

    // What is in the one and not, or otherwise, in the other.
    private static IEnumerable<string> Missing(JsonNode? before, JsonNode? after, string path) => (before, after) switch
    {
        (JsonObject map, JsonObject other) => map.SelectMany(item => Missing(item.Value, other[item.Key], $"{path}.{item.Key}")),
        (JsonArray list, JsonArray other) => list.SelectMany((item, index) => Missing(item, index < other.Count ? other[index] : null, $"{path}[{index}]")),
        _ => JsonNode.DeepEquals(before, after) ? [] : [$"{path}: {before?.ToJsonString()} became {after?.ToJsonString()}"],
    };
}
