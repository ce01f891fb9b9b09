using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Lifecycles;

/// <summary>The way that upstream's conformance tests lead each kind: discovery, create, get, list, watch, patch, update, status, delete, delete of a collection.</summary>
public sealed class LifecycleTests : HttpServerTests
{
    public static TheoryData<string> Paths => [.. KindCases.All.Select(static item => item.Path)];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Kind_FromDiscoveryToDeleteOfACollection_GoesAsUpstream(string path)
    {
        var kind = KindCases.All.Single(item => item.Path == path);
        await CheckDiscoveryAsync(kind);
        var made = new[] { await CreateAsync(kind, 0), await CreateAsync(kind, 1), await CreateAsync(kind, 2) };
        var name = made[2].Name();
        Assert.Equal(3, made.Select(static item => item.Name()).Distinct().Count());
        Assert.All(made, item => Assert.Equal(kind.Generation, item.Generation()));

        var read = await _http.ReadAsync($"{path}/{name}");
        Assert.True(JsonNode.DeepEquals(made[2], read), read.ToJsonString());
        var list = await _http.ReadAsync($"{path}?labelSelector=conformance%3Dyes");
        Assert.Equal(made.Select(static item => item.Name()).Order(StringComparer.Ordinal), list.Names());
        Assert.Null(list["items"]![0]!["kind"]);
        if (kind.AllNamespaces is { } everywhere)
        {
            Assert.Equal(3, (await _http.ReadAsync($"{everywhere}?labelSelector=conformance%3Dyes")).Names().Count);
            Assert.Equal([name], (await _http.ReadAsync($"{everywhere}?fieldSelector=metadata.name%3D{name},metadata.namespace%3Ddefault")).Names());
        }

        var watch = _http.SeeAsync($"{path}?watch=1&labelSelector=conformance%3Dyes&resourceVersion={list["metadata"]!["resourceVersion"]}", 5 + (kind.Status is null ? 0 : kind.StatusKeepsMetadata ? 1 : 2));
        var patched = await _http.ChangeAsync($"{path}/{name}", """{"metadata":{"annotations":{"patched":"true"}}}""");
        Assert.Equal("true", patched.Annotation("patched"));
        var wanted = patched.DeepClone();
        wanted["metadata"]!["annotations"]!["updated"] = "true";
        var updated = await _http.ReplaceAsync($"{path}/{name}", wanted);
        Assert.Equal(("true", "true"), (updated.Annotation("patched"), updated.Annotation("updated")));
        Assert.Equal(kind.GenerationAfterAnnotations ?? kind.Generation, updated.Generation());
        Assert.Equal(
            $"Operation cannot be fulfilled on {kind.GroupResource} \"{name}\": the object has been modified; please apply your changes to the latest version and try again",
            await _http.RefusedAsync(HttpStatusCode.Conflict, "PUT", $"{path}/{name}", wanted.ToJsonString()));
        if (kind.Status is not null) { await CheckStatusAsync(kind, $"{path}/{name}", updated.Generation()); }

        var deleted = await _http.RemoveAsync($"{path}/{name}", kind.DeleteOptions);
        if (kind.AnswersWithObject) { Assert.Equal((kind.Kind, name), ((string)deleted["kind"]!, deleted.Name())); }
        else { Assert.Equal(("Status", "Success", name, kind.Plural), ((string)deleted["kind"]!, (string)deleted["status"]!, (string)deleted["details"]!["name"]!, (string)deleted["details"]!["kind"]!)); }
        await _http.GoneAsync($"{path}/{name}");
        var before = await _http.ReadAsync($"{path}?labelSelector=conformance%3Dyes");
        var collection = await _http.RemoveAsync($"{path}?labelSelector=conformance%3Dyes", kind.DeleteOptions);
        Assert.Equal(kind.Kind + "List", (string)collection["kind"]!);
        Assert.True(JsonNode.DeepEquals(before["items"], collection["items"]), collection.ToJsonString());
        Assert.Empty((await _http.ReadAsync($"{path}?labelSelector=conformance%3Dyes")).Names());
        CheckEvents(kind, name, await watch);
    }

    private async Task CheckDiscoveryAsync(KindCase kind)
    {
        var resources = (await _http.ReadAsync(kind.GroupVersionPath))["resources"]!.AsArray();
        if (kind.Group.Length > 0)
        {
            var groups = (await _http.ReadAsync("/apis"))["groups"]!.AsArray().Single(group => (string)group!["name"]! == kind.Group)!;
            Assert.Contains(groups["versions"]!.AsArray(), version => (string)version!["version"]! == kind.Version);
            Assert.Contains((await _http.ReadAsync($"/apis/{kind.Group}"))["versions"]!.AsArray(), version => (string)version!["version"]! == kind.Version);
        }

        var own = resources.Single(item => (string)item!["name"]! == kind.Plural)!;
        Assert.Equal(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"], own["verbs"]!.AsArray().Select(static verb => (string)verb!));
        Assert.Equal((kind.Kind, kind.AllNamespaces is not null), ((string)own["kind"]!, (bool)own["namespaced"]!));
        var status = resources.SingleOrDefault(item => (string)item!["name"]! == kind.Plural + "/status");
        Assert.Equal(kind.Status is not null, status is not null);
        if (status is not null) { Assert.Equal(["get", "patch", "update"], status["verbs"]!.AsArray().Select(static verb => (string)verb!)); }
    }

    private async Task<JsonNode> CreateAsync(KindCase kind, int index)
    {
        var body = kind.Body(index);
        body["apiVersion"] = kind.GroupVersion;
        body["kind"] = kind.Kind;
        var metadata = (JsonObject)(body["metadata"] ??= new JsonObject());
        if (metadata["name"] is null) { metadata["generateName"] = "e2e-"; }
        metadata["labels"] = new JsonObject { ["conformance"] = "yes" };
        if (kind.Status is { } status) { body["status"] = JsonNode.Parse(status); }
        var made = await _http.MakeAsync(kind.Path, body.ToJsonString());
        if (metadata["generateName"] is not null) { Assert.Matches("^e2e-[bcdfghjklmnpqrstvwxz2456789]{5}$", made.Name()); }
        if (kind.Status is { } sent) { Assert.False(JsonNode.DeepEquals(JsonNode.Parse(sent), made["status"]), "the status of a create was taken"); }
        return made;
    }

    private async Task CheckStatusAsync(KindCase kind, string path, long? generation)
    {
        var spec = (await _http.ReadAsync(path))["spec"];
        Assert.Equal(kind.Kind, (string)(await _http.ReadAsync(path + "/status"))["kind"]!);
        var patched = await _http.ChangeAsync(path + "/status", """{"metadata":{"annotations":{"patchedstatus":"true"}},"status":STATUS}""".Replace("STATUS", kind.Status, StringComparison.Ordinal));
        var taken = kind.StatusKeepsMetadata ? null : "true";
        Assert.Equal(taken, patched.Annotation("patchedstatus"));
        Contains(JsonNode.Parse(kind.Status!)!, patched["status"]!, "status");
        var wanted = patched.DeepClone();
        wanted["metadata"]!["annotations"]!["updatedstatus"] = "true";
        var updated = await _http.ReplaceAsync(path + "/status", wanted);
        Assert.Equal(taken, updated.Annotation("updatedstatus"));
        Assert.True(JsonNode.DeepEquals(patched["status"], updated["status"]), updated.ToJsonString());
        Assert.True(JsonNode.DeepEquals(spec, updated["spec"]), "a status update changed the spec");
        Assert.Equal(generation, updated.Generation());
        Assert.True(JsonNode.DeepEquals(updated, await _http.ReadAsync(path)));

        // What is not the status is not taken there, and the other way round.
        wanted = updated.DeepClone();
        wanted["status"] = null;
        Assert.True(JsonNode.DeepEquals(updated["status"], (await _http.ReplaceAsync(path, wanted))["status"]), "an update changed the status");
    }

    private static void CheckEvents(KindCase kind, string name, IReadOnlyList<(string Type, JsonNode Object)> events)
    {
        var own = events.Where(item => item.Object.Name() == name).ToList();
        Assert.Equal(Enumerable.Repeat("MODIFIED", own.Count - 1).Append("DELETED"), own.Select(static item => item.Type));
        Assert.Equal(("true", null), (own[0].Object.Annotation("patched"), own[0].Object.Annotation("updated")));
        Assert.Equal("true", own[1].Object.Annotation("updated"));
        if (kind.Status is not null) { Assert.Equal(kind.StatusKeepsMetadata ? null : "true", own[2].Object.Annotation("patchedstatus")); }
        Assert.Equal(events.Select(static item => long.Parse(item.Object.Version(), System.Globalization.CultureInfo.InvariantCulture)).Order(), events.Select(static item => long.Parse(item.Object.Version(), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(2, events.Count(item => item.Type == "DELETED" && item.Object.Name() != name));
        Assert.All(events, item => Assert.Equal((kind.Kind, kind.GroupVersion), ((string)item.Object["kind"]!, (string)item.Object["apiVersion"]!)));
    }

    private static void Contains(JsonNode expected, JsonNode actual, string path)
    {
        if (expected is JsonArray list && actual is JsonArray items && list.Count == items.Count)
        {
            for (var index = 0; index < list.Count; index++) { Contains(list[index]!, items[index]!, $"{path}[{index}]"); }
            return;
        }

        if (expected is not JsonObject map)
        {
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} is {actual.ToJsonString()}");
            return;
        }

        foreach (var (key, value) in map) { Contains(value!, actual[key] ?? throw new Xunit.Sdk.XunitException($"{path}.{key} is not there"), $"{path}.{key}"); }
    }
}
