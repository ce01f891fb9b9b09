using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Scheduling;

/// <summary>Limits give pods what they do not say, and refuse what is out of them.</summary>
public sealed class LimitRangeTests : HttpServerTests
{
    private const string Path = "/api/v1/namespaces/default/limitranges";
    private const string Limits = """
        {"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","min":{"cpu":"50m","memory":"100Mi"},"max":{"cpu":"500m","memory":"500Mi"},
        "default":{"cpu":"500m","memory":"500Mi"},"defaultRequest":{"cpu":"100m","memory":"200Mi"},"maxLimitRequestRatio":{}}]}}
        """;

    [Fact]
    public async Task Pods_GetTheDefaults_AndStayWithinTheBounds()
    {
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        var made = await _http.MakeAsync(Path, Limits);
        Assert.Null(made["spec"]!["limits"]![0]!["maxLimitRequestRatio"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"limits":{"cpu":"500m","memory":"500Mi"},"requests":{"cpu":"100m","memory":"200Mi"}}"""), (await PodAsync("{}"))["spec"]!["containers"]![0]!["resources"]));
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"limits":{"cpu":"300m","memory":"500Mi"},"requests":{"cpu":"140m","memory":"150Mi"}}"""),
            (await PodAsync("""{"limits":{"cpu":"300m"},"requests":{"cpu":"140m","memory":"150Mi"}}"""))["spec"]!["containers"]![0]!["resources"]));
        Assert.Equal(
            "pods \"p\" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, minimum memory usage per Container is 100Mi, but request is 50Mi]",
            await RefusedAsync(HttpStatusCode.Forbidden, """{"requests":{"cpu":"10m","memory":"50Mi"}}"""));
        Assert.Equal("pods \"p\" is forbidden: maximum cpu usage per Container is 500m, but limit is 600m", await RefusedAsync(HttpStatusCode.Forbidden, """{"limits":{"cpu":"600m"},"requests":{"cpu":"100m"}}"""));

        var changed = await _http.ChangeAsync(Path + "/l", """[{"op":"replace","path":"/spec/limits/0/min","value":{"cpu":"9m","memory":"49Mi"}}]""", ApiCaller.Json);
        Assert.Equal("9m", (string)changed["spec"]!["limits"]![0]!["min"]!["cpu"]!);
        await _server.CaughtUpAsync();
        await PodAsync("""{"requests":{"cpu":"10m","memory":"50Mi"}}""");
    }

    private Task<JsonNode> PodAsync(string resources) => _http.MakeAsync("/api/v1/namespaces/default/pods?dryRun=All", Pod(resources));

    private Task<string> RefusedAsync(HttpStatusCode code, string resources) => _http.RefusedAsync(code, "POST", "/api/v1/namespaces/default/pods", Pod(resources));

    private static string Pod(string resources) => """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":RESOURCES}]}}""".Replace("RESOURCES", resources, StringComparison.Ordinal);
}
