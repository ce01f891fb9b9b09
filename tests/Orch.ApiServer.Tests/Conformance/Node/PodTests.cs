using System.Net;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Node;

/// <summary>What the server does for pods of which no node knows yet.</summary>
public sealed class PodTests : HttpServerTests
{
    private const string Path = "/api/v1/namespaces/default/pods";
    private const string Frozen = "Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than ";

    public static TheoryData<string, string> Classes => new()
    {
        { "{}", "BestEffort" },
        { """{"limits":{"cpu":"100m","memory":"1Mi"},"requests":{"cpu":"100m","memory":"1Mi"}}""", "Guaranteed" },
        { """{"limits":{"cpu":"100m","memory":"1Mi"}}""", "Guaranteed" },
        { """{"limits":{"cpu":"100m"}}""", "Burstable" },
        { """{"requests":{"memory":"1Mi"}}""", "Burstable" },
        { """{"requests":{"cpu":"0"}}""", "BestEffort" },
    };

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(Classes))]
    public async Task QosClass_FollowsFromTheResources(string resources, string expected)
        => Assert.Equal(expected, (string)(await MakeAsync(",\"resources\":" + resources))["status"]!["qosClass"]!);

    [Fact]
    public async Task Pod_OnANode_EndsInTwoSteps_AndWatchesSeeBoth()
    {
        await MakeAsync(spec: ",\"nodeName\":\"n\",\"terminationGracePeriodSeconds\":1");
        var list = await _http.ReadAsync(Path + "?labelSelector=time%3D1");
        var watch = _http.SeeAsync($"{Path}?watch=1&labelSelector=time%3D1&resourceVersion={list["metadata"]!["resourceVersion"]}", 2);
        var marked = await _http.RemoveAsync(Path + "/p");
        Assert.Equal(("p", 1, 2L), (marked.Name(), (int)marked["metadata"]!["deletionGracePeriodSeconds"]!, marked.Generation()));
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        Assert.Equal(["p"], (await _http.ReadAsync(Path + "?labelSelector=time%3D1")).Names());
        await _http.RemoveAsync(Path + "/p", """{"gracePeriodSeconds":0}""");
        Assert.Equal(["MODIFIED", "DELETED"], (await watch).Select(static item => item.Type));
        Assert.All(await watch, static item => Assert.NotNull(item.Object["metadata"]!["deletionTimestamp"]));
        Assert.Empty((await _http.ReadAsync(Path + "?labelSelector=time%3D1")).Names());
    }

    [Fact]
    public async Task Collection_OfPodsOnNodes_IsMarked_AndAnsweredAsItWas()
    {
        await MakeAsync(spec: ",\"nodeName\":\"n\"");
        var answer = await _http.RemoveAsync(Path + "?labelSelector=time%3D1", """{"gracePeriodSeconds":1}""");
        Assert.Equal("PodList", (string)answer["kind"]!);
        Assert.Null(answer["items"]![0]!["metadata"]!["deletionTimestamp"]);
        Assert.Equal(1, (int)(await _http.ReadAsync(Path + "/p"))["metadata"]!["deletionGracePeriodSeconds"]!);
    }

    [Fact]
    public async Task Spec_OfAPod_TakesImagesAndADeadlineAlone()
    {
        await MakeAsync();
        var pod = await _http.ChangeAsync(Path + "/p", """{"spec":{"activeDeadlineSeconds":500}}""", ApiCaller.Strategic);
        Assert.Equal((500, 2L), ((int)pod["spec"]!["activeDeadlineSeconds"]!, pod.Generation()));
        Assert.Equal("Pod \"p\" is invalid: spec.activeDeadlineSeconds: Invalid value: 600: must be less than or equal to previous value", await RefusedAsync("""{"spec":{"activeDeadlineSeconds":600}}"""));
        Assert.Equal("Pod \"p\" is invalid: spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value", await RefusedAsync("""{"spec":{"activeDeadlineSeconds":null}}"""));
        pod = await _http.ChangeAsync(Path + "/p", """{"metadata":{"labels":{"time":"2"}},"spec":{"containers":[{"name":"c","image":"i:2"}]}}""", ApiCaller.Strategic);
        Assert.Equal(("i:2", 3L), ((string)pod["spec"]!["containers"]![0]!["image"]!, pod.Generation()));
        Assert.Equal(["p"], (await _http.ReadAsync(Path + "?labelSelector=time%3D2")).Names());
        Assert.StartsWith(Frozen, await RefusedAsync("""{"spec":{"containers":[{"name":"c","command":["x"]}]}}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_IsPatchedWithLabels_AndTheSpecIsNot()
    {
        await MakeAsync();
        var pod = await _http.ChangeAsync(Path + "/p/status", """{"metadata":{"labels":{"e2e":"patched"}},"spec":{"nodeName":"n"},"status":{"message":"Patched","reason":"E2E","conditions":[{"type":"Ready","status":"False"}]}}""", ApiCaller.Strategic);
        Assert.Equal(("Patched", "E2E", "patched"), ((string)pod["status"]!["message"]!, (string)pod["status"]!["reason"]!, (string)pod["metadata"]!["labels"]!["e2e"]!));
        Assert.Null(pod["spec"]!["nodeName"]);
        pod["status"]!["conditions"]![0]!["status"] = "True";
        Assert.Equal("True", (string)(await _http.ReplaceAsync(Path + "/p/status", pod))["status"]!["conditions"]![0]!["status"]!);
        Assert.Equal(1, (await _http.ReadAsync(Path + "/p")).Generation());
    }

    [Fact]
    public async Task Debuggers_AreAddedAndNeverChanged()
    {
        await MakeAsync();
        var pod = await _http.ChangeAsync(Path + "/p/ephemeralcontainers", """{"spec":{"ephemeralContainers":[{"name":"debugger","image":"busybox:1","command":["sh"],"stdin":true,"tty":true}]}}""", ApiCaller.Strategic);
        Assert.Single(pod["spec"]!["ephemeralContainers"]!.AsArray());
        pod["spec"]!["ephemeralContainers"]!.AsArray().Add(JsonNode.Parse("""{"name":"debugger2","image":"busybox:1"}"""));
        pod = await _http.ReplaceAsync(Path + "/p/ephemeralcontainers", pod);
        Assert.Equal(["debugger", "debugger2"], pod["spec"]!["ephemeralContainers"]!.AsArray().Select(static item => (string)item!["name"]!));
        Assert.Equal(3, pod.Generation());
        Assert.StartsWith("Pod \"p\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debugger\" may not be changed", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", Path + "/p/ephemeralcontainers", """{"spec":{"ephemeralContainers":[{"name":"debugger","image":"other"}]}}""", ApiCaller.Strategic), StringComparison.Ordinal);
        Assert.StartsWith(Frozen, await RefusedAsync("""{"spec":{"ephemeralContainers":[{"name":"third","image":"i"}]}}"""), StringComparison.Ordinal);
        Assert.Equal("Pod", (string)(await _http.ReadAsync(Path + "/p/ephemeralcontainers"))["kind"]!);
    }

    [Fact]
    public async Task RuntimeClass_ThatIsNotThere_RefusesThePod()
    {
        const string Class = "/apis/node.k8s.io/v1/runtimeclasses";
        await _http.MakeAsync(Class, """{"metadata":{"name":"r"},"handler":"h","overhead":{"podFixed":{"cpu":"10m","memory":"1Mi"}}}""");
        Assert.Equal("""{"cpu":"10m","memory":"1Mi"}""", (await MakeAsync(spec: ",\"runtimeClassName\":\"r\""))["spec"]!["overhead"]!.ToJsonString());
        await _http.RemoveAsync(Class + "/r");
        // Admission looks into the cache; a list of the latest state is answered once that has it.
        await _http.ReadAsync(Class);
        Assert.Equal("pods \"q\" is forbidden: pod rejected: RuntimeClass \"r\" not found", await _http.RefusedAsync(HttpStatusCode.Forbidden, "POST", Path, """{"metadata":{"name":"q"},"spec":{"runtimeClassName":"r","containers":[{"name":"c","image":"i"}]}}"""));
    }

    [Fact]
    public async Task Sysctls_ThatAreNone_AreNamedEach()
    {
        const string Rule = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
        Assert.Equal(
            $"Pod \"q\" is invalid: [spec.securityContext.sysctls[0].name: Invalid value: \"foo-\": {Rule}, spec.securityContext.sysctls[2].name: Invalid value: \"bar..\": {Rule}]",
            await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "POST", Path, """{"metadata":{"name":"q"},"spec":{"securityContext":{"sysctls":[{"name":"foo-","value":"bar"},{"name":"kernel.shmmax","value":"1"},{"name":"bar..","value":"42"}]},"containers":[{"name":"c","image":"i"}]}}"""));
    }

    [Theory]
    [InlineData("status.podIPs=1.2.3.4", 0)]
    [InlineData("status.podIPs!=1.2.3.4", 1)]
    [InlineData("spec.host=n", 1)]
    [InlineData("spec.nodeName=n,status.phase=Pending", 1)]
    public async Task Fields_ThatSelectPods_AreUpstreams(string selector, int expected)
    {
        await MakeAsync(spec: ",\"nodeName\":\"n\"");
        Assert.Equal(expected, (await _http.ReadAsync($"{Path}?fieldSelector={Uri.EscapeDataString(selector)}")).Names().Count);
    }

    private Task<JsonNode> MakeAsync(string container = "", string spec = "")
        => _http.MakeAsync(Path, """{"metadata":{"name":"p","labels":{"time":"1"}},"spec":{"containers":[{"name":"c","image":"i:1"CONTAINER}]SPEC}}"""
            .Replace("CONTAINER", container, StringComparison.Ordinal).Replace("SPEC", spec, StringComparison.Ordinal));

    private Task<string> RefusedAsync(string patch) => _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", Path + "/p", patch, ApiCaller.Strategic);
}
