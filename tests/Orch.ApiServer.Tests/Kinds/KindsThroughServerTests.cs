using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What declarations say, as a client of the server sees it.</summary>
public sealed class KindsThroughServerTests : IAsyncLifetime
{
    private const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""";
    private const string Autoscalers = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    private const string OldAutoscalers = "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers";
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Autoscaler_OfEitherVersion_IsOneObject()
    {
        await PostAsync(OldAutoscalers, """{"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":3,"targetCPUUtilizationPercentage":50}}""");
        var now = await GetAsync(Autoscalers + "/h");
        Assert.Equal("autoscaling/v2", (string)now["apiVersion"]!);
        Assert.Equal("""[{"resource":{"name":"cpu","target":{"averageUtilization":50,"type":"Utilization"}},"type":"Resource"}]""", Sorted(now["spec"]!["metrics"]!));

        await PatchAsync(Autoscalers + "/h", """{"spec":{"metrics":[{"type":"Pods","pods":{"metric":{"name":"hits"},"target":{"type":"AverageValue","averageValue":"5"}}}],"behavior":{"scaleDown":{"stabilizationWindowSeconds":7}}}}""");
        var old = await GetAsync(OldAutoscalers + "/h");
        var annotations = (JsonObject)old["metadata"]!["annotations"]!;
        Assert.Equal(["autoscaling.alpha.kubernetes.io/behavior", "autoscaling.alpha.kubernetes.io/metrics"], annotations.Select(static item => item.Key).Order());
        Assert.Null(old["spec"]!["targetCPUUtilizationPercentage"]);

        // A change by an old client keeps what it cannot say.
        await PatchAsync(OldAutoscalers + "/h", """{"spec":{"maxReplicas":9}}""");
        now = await GetAsync(Autoscalers + "/h");
        Assert.Equal(9, (int)now["spec"]!["maxReplicas"]!);
        Assert.Equal(7, (int)now["spec"]!["behavior"]!["scaleDown"]!["stabilizationWindowSeconds"]!);
        Assert.Equal("hits", (string)now["spec"]!["metrics"]![0]!["pods"]!["metric"]!["name"]!);
        Assert.Null(now["metadata"]!["annotations"]);
        Assert.Single((await GetAsync(OldAutoscalers))["items"]!.AsArray());
    }

    [Fact]
    public async Task Job_GetsASelectorOfItsOwn()
    {
        const string Jobs = "/apis/batch/v1/namespaces/default/jobs";
        var job = await PostAsync(Jobs, """{"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}},"status":{"active":3}}""");
        var uid = (string)job["metadata"]!["uid"]!;
        Assert.Equal($$"""{"batch.kubernetes.io/controller-uid":"{{uid}}"}""", job["spec"]!["selector"]!["matchLabels"]!.ToJsonString());
        Assert.Equal(uid, (string)job["spec"]!["template"]!["metadata"]!["labels"]!["controller-uid"]!);
        Assert.Equal("j", (string)job["spec"]!["template"]!["metadata"]!["labels"]!["batch.kubernetes.io/job-name"]!);
        Assert.Null(job["status"]!["active"]);

        var (code, refused, _) = await _http.SendAsync("PATCH", Jobs + "/j", """{"spec":{"completions":4}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("Job.batch \"j\" is invalid: spec.completions: Invalid value: 4: field is immutable", refused.Message());

        // Without a word about its pods, a job leaves them.
        var (_, gone, _) = await _http.SendAsync("DELETE", Jobs + "/j");
        Assert.Contains("orphan", gone["metadata"]!["finalizers"]!.AsArray().Select(static item => (string)item!));
    }

    [Theory]
    [InlineData("/apis/apps/v1/namespaces/default/statefulsets", """{"metadata":{"name":"w"},"spec":{"replicas":2,"serviceName":"s","selector":{"matchLabels":{"a":"b"}},"template":TEMPLATE}}""", "a=b")]
    [InlineData("/api/v1/namespaces/default/replicationcontrollers", """{"metadata":{"name":"w"},"spec":{"replicas":2,"template":TEMPLATE}}""", "a=b")]
    public async Task Scale_IsReadAndWritten(string path, string body, string selector)
    {
        await PostAsync(path, body.Replace("TEMPLATE", Template, StringComparison.Ordinal));
        var scale = await GetAsync(path + "/w/scale");
        Assert.Equal("Scale", (string)scale["kind"]!);
        Assert.Equal(2, (int)scale["spec"]!["replicas"]!);
        Assert.Equal(selector, (string)scale["status"]!["selector"]!);

        await PatchAsync(path + "/w/scale", """{"spec":{"replicas":5}}""");
        var owner = await GetAsync(path + "/w");
        Assert.Equal(5, (int)owner["spec"]!["replicas"]!);
        Assert.Equal(2, (int)owner["metadata"]!["generation"]!);
        var (code, _, _) = await _http.SendAsync("PATCH", path + "/w/scale", """{"spec":{"replicas":-1}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task Pod_IsResizedInItsOwnPlaceAlone()
    {
        const string Pods = "/api/v1/namespaces/default/pods";
        const string More = """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"2"}}}]}}""";
        await PostAsync(Pods, """{"metadata":{"name":"p"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}]}}""");
        var (code, _, _) = await _http.SendAsync("PATCH", Pods + "/p", More, "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);

        (code, var pod, _) = await _http.SendAsync("PATCH", Pods + "/p/resize", More, "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("2", (string)pod["spec"]!["containers"]![0]!["resources"]!["requests"]!["cpu"]!);
        Assert.Equal(2, (int)(await GetAsync(Pods + "/p/resize"))["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task Volume_AndClaim_ReportInTheirStatusAlone()
    {
        await PostAsync("/api/v1/persistentvolumes", """{"metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/x"}},"status":{"phase":"Failed"}}""");
        var volume = await GetAsync("/api/v1/persistentvolumes/v");
        Assert.Equal("Pending", (string)volume["status"]!["phase"]!);
        Assert.NotNull(volume["status"]!["lastPhaseTransitionTime"]);
        Assert.Equal("Retain", (string)volume["spec"]!["persistentVolumeReclaimPolicy"]!);

        await PostAsync("/api/v1/namespaces/default/persistentvolumeclaims", """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");
        await PatchAsync("/api/v1/namespaces/default/persistentvolumeclaims/c/status", """{"spec":{"volumeName":"other"},"status":{"phase":"Bound","capacity":{"storage":"1Gi"}}}""");
        var claim = await GetAsync("/api/v1/namespaces/default/persistentvolumeclaims/c");
        Assert.Equal("Bound", (string)claim["status"]!["phase"]!);
        Assert.Null(claim["spec"]!["volumeName"]);
    }

    private static string Sorted(JsonNode node) => Canonical(node)!.ToJsonString();

    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => KeyValuePair.Create(item.Key, Canonical(item.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        _ => node?.DeepClone(),
    };

    private async Task<JsonNode> GetAsync(string path)
    {
        var (code, body, _) = await _http.SendAsync("GET", path);
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        return body;
    }

    private async Task<JsonNode> PostAsync(string path, string body)
    {
        var (code, answer, _) = await _http.SendAsync("POST", path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
        return answer;
    }

    private async Task PatchAsync(string path, string patch)
    {
        var (code, answer, _) = await _http.SendAsync("PATCH", path, patch, "application/merge-patch+json");
        Assert.True(code == HttpStatusCode.OK, answer.ToJsonString());
    }
}
