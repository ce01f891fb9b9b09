using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Apps;

/// <summary>The scale of each kind that has replicas: reads, updates, all patches, and what is refused.</summary>
public sealed class ScaleTests : HttpServerTests
{
    private const string Template = """{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""";

    public static TheoryData<string, string> Kinds => new()
    {
        { "/apis/apps/v1/namespaces/default/deployments", "deployments.apps" },
        { "/apis/apps/v1/namespaces/default/replicasets", "replicasets.apps" },
        { "/apis/apps/v1/namespaces/default/statefulsets", "statefulsets.apps" },
        { "/api/v1/namespaces/default/replicationcontrollers", "replicationcontrollers" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scale_IsReadAndWrittenInEveryWay(string path, string resource)
    {
        await MakeAsync(path);
        var scale = await _http.ReadAsync(path + "/w/scale");
        var owner = await _http.ReadAsync(path + "/w");
        Assert.Equal(("Scale", "autoscaling/v1", 1, "app=x"), ((string)scale["kind"]!, (string)scale["apiVersion"]!, (int)scale["spec"]!["replicas"]!, (string)scale["status"]!["selector"]!));
        Assert.Equal(["creationTimestamp", "name", "namespace", "resourceVersion", "uid"], scale["metadata"]!.AsObject().Select(static item => item.Key).Order());
        Assert.Equal((owner.Version(), (string)owner["metadata"]!["uid"]!), (scale.Version(), (string)scale["metadata"]!["uid"]!));

        var wanted = scale.DeepClone();
        wanted["spec"]!["replicas"] = 2;
        Assert.Equal(2, (int)(await _http.ReplaceAsync(path + "/w/scale", wanted))["spec"]!["replicas"]!);
        Assert.Equal(3, await ChangedAsync(path, """{"spec":{"replicas":3}}""", ApiCaller.Merge));
        Assert.Equal(4, await ChangedAsync(path, """{"spec":{"replicas":4}}""", ApiCaller.Strategic));
        Assert.Equal(5, await ChangedAsync(path, """[{"op":"replace","path":"/spec/replicas","value":5}]""", ApiCaller.Json));
        Assert.Equal(6, await ChangedAsync(path + "", "apiVersion: autoscaling/v1\nkind: Scale\nmetadata: {name: w}\nspec: {replicas: 6}", "application/apply-patch+yaml", "?fieldManager=f&force=true"));
        owner = await _http.ReadAsync(path + "/w");
        Assert.Equal((6, 6L), ((int)owner["spec"]!["replicas"]!, owner.Generation()));

        Assert.Equal(
            $"Operation cannot be fulfilled on {resource} \"w\": the object has been modified; please apply your changes to the latest version and try again",
            await _http.RefusedAsync(HttpStatusCode.Conflict, "PUT", path + "/w/scale", wanted.ToJsonString()));
        Assert.Equal("Scale.autoscaling \"w\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", path + "/w/scale", """{"spec":{"replicas":-1}}""", ApiCaller.Merge));
        Assert.Equal($"{resource} \"gone\" not found", await _http.RefusedAsync(HttpStatusCode.NotFound, "PUT", path + "/gone/scale", """{"metadata":{"name":"gone"},"spec":{"replicas":1}}"""));
    }

    [Fact]
    public async Task Scale_OfAnotherObject_IsRefused()
    {
        const string Path = "/apis/apps/v1/namespaces/default/deployments";
        await MakeAsync(Path);
        Assert.Equal("the name of the object (z) does not match the name on the URL (w)", await _http.RefusedAsync(HttpStatusCode.BadRequest, "PUT", Path + "/w/scale", """{"metadata":{"name":"z"},"spec":{"replicas":9}}"""));
        Assert.Equal("the name of the object (w based on URL) was undeterminable: name must be provided", await _http.RefusedAsync(HttpStatusCode.BadRequest, "PUT", Path + "/w/scale", """{"spec":{"replicas":9}}"""));
        Assert.Equal("the namespace of the provided object does not match the namespace sent on the request", await _http.RefusedAsync(HttpStatusCode.BadRequest, "PUT", Path + "/w/scale", """{"metadata":{"name":"w","namespace":"u"},"spec":{"replicas":9}}"""));
        Assert.Equal("the name of the object (z) does not match the name on the URL (w)", await _http.RefusedAsync(HttpStatusCode.BadRequest, "PATCH", Path + "/w/scale", """{"metadata":{"name":"z"},"spec":{"replicas":9}}""", ApiCaller.Merge));
        Assert.Contains("Precondition failed: UID in precondition: other,", await _http.RefusedAsync(HttpStatusCode.Conflict, "PUT", Path + "/w/scale", """{"metadata":{"name":"w","uid":"other"},"spec":{"replicas":9}}"""), StringComparison.Ordinal);
        Assert.Equal(1, (int)(await _http.ReadAsync(Path + "/w"))["spec"]!["replicas"]!);
    }

    private Task<JsonNode> MakeAsync(string path)
        => _http.MakeAsync(path, """{"metadata":{"name":"w"},"spec":{"replicas":1,"serviceName":"s","selector":SELECTOR,"template":TEMPLATE}}"""
            .Replace("\"serviceName\":\"s\",", path.EndsWith("statefulsets", StringComparison.Ordinal) ? "\"serviceName\":\"s\"," : string.Empty, StringComparison.Ordinal)
            .Replace("SELECTOR", path.StartsWith("/apis", StringComparison.Ordinal) ? """{"matchLabels":{"app":"x"}}""" : """{"app":"x"}""", StringComparison.Ordinal)
            .Replace("TEMPLATE", Template, StringComparison.Ordinal));

    private async Task<int> ChangedAsync(string path, string patch, string type, string query = "")
        => (int)(await _http.ChangeAsync($"{path}/w/scale{query}", patch, type))["spec"]!["replicas"]!;
}
