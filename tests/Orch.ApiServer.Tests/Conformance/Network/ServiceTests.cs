using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Network;

/// <summary>Services through their types, and their status.</summary>
public sealed class ServiceTests : HttpServerTests
{
    private const string Path = "/api/v1/namespaces/default/services";

    [Fact]
    public async Task Type_ChangesBothWays_AndAddressesComeAndGo()
    {
        await _http.MakeAsync(Path, """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"protocol":"TCP"}]}}""");
        var external = await _http.ChangeAsync(Path + "/s", """{"spec":{"type":"ExternalName","externalName":"example.com"}}""");
        Assert.Equal(("ExternalName", "example.com"), ((string)external["spec"]!["type"]!, (string)external["spec"]!["externalName"]!));
        foreach (var gone in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy" }) { Assert.Null(external["spec"]![gone]); }

        // An empty name says no name: it is not shown, and nobody owns it.
        var cluster = await _http.ChangeAsync(Path + "/s", """{"spec":{"type":"ClusterIP","externalName":"","clusterIP":""}}""");
        Assert.Null(cluster["spec"]!["externalName"]);
        Assert.DoesNotContain("externalName", cluster["metadata"]!["managedFields"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.StartsWith("10.", (string)cluster["spec"]!["clusterIP"]!, StringComparison.Ordinal);
        Assert.Equal(("IPv4", "SingleStack", "Cluster"), ((string)cluster["spec"]!["ipFamilies"]![0]!, (string)cluster["spec"]!["ipFamilyPolicy"]!, (string)cluster["spec"]!["internalTrafficPolicy"]!));

        var node = await _http.ChangeAsync(Path + "/s", """{"spec":{"type":"NodePort"}}""");
        Assert.InRange((int)node["spec"]!["ports"]![0]!["nodePort"]!, 30000, 32767);
        Assert.Equal(((string)cluster["spec"]!["clusterIP"]!, "Cluster"), ((string)node["spec"]!["clusterIP"]!, (string)node["spec"]!["externalTrafficPolicy"]!));
        external = await _http.ChangeAsync(Path + "/s", """{"spec":{"type":"ExternalName","externalName":"example.com"}}""");
        Assert.Null(external["spec"]!["ports"]![0]!["nodePort"]);
        Assert.Null(external["spec"]!["externalTrafficPolicy"]);
    }

    [Fact]
    public async Task Affinity_ComesWithItsTimeAndGoesWithIt()
    {
        await _http.MakeAsync(Path, """{"metadata":{"name":"s"},"spec":{"type":"NodePort","sessionAffinity":"ClientIP","ports":[{"port":80}]}}""");
        Assert.Equal(10800, (int)(await _http.ReadAsync(Path + "/s"))["spec"]!["sessionAffinityConfig"]!["clientIP"]!["timeoutSeconds"]!);
        Assert.Null((await _http.ChangeAsync(Path + "/s", """{"spec":{"sessionAffinity":"None"}}"""))["spec"]!["sessionAffinityConfig"]);
        Assert.Equal(10800, (int)(await _http.ChangeAsync(Path + "/s", """{"spec":{"sessionAffinity":"ClientIP"}}"""))["spec"]!["sessionAffinityConfig"]!["clientIP"]!["timeoutSeconds"]!);
    }

    [Fact]
    public async Task Status_OfALoadBalancer_IsKeptByItsOwnPath()
    {
        await _http.MakeAsync(Path, """{"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":80}]}}""");
        var patched = await _http.ChangeAsync(Path + "/s/status", """{"metadata":{"annotations":{"patchedstatus":"true"}},"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.1"}]}}}""");
        Assert.Equal(("203.0.113.1", "true"), ((string)patched["status"]!["loadBalancer"]!["ingress"]![0]!["ip"]!, patched.Annotation("patchedstatus")));
        var wanted = patched.DeepClone();
        wanted["status"]!["conditions"] = JsonNode.Parse("""[{"type":"StatusUpdate","status":"True","reason":"E2E","message":"m","lastTransitionTime":"2026-01-01T00:00:00Z"}]""");
        wanted["spec"]!["ports"]![0]!["port"] = 81;
        var updated = await _http.ReplaceAsync(Path + "/s/status", wanted);
        Assert.Equal(("StatusUpdate", 80), ((string)updated["status"]!["conditions"]![0]!["type"]!, (int)updated["spec"]!["ports"]![0]!["port"]!));
        Assert.Equal("patched", (string)(await _http.ChangeAsync(Path + "/s", """{"metadata":{"labels":{"test-service":"patched"}}}""", ApiCaller.Strategic))["metadata"]!["labels"]!["test-service"]!);
        Assert.Equal(
            "Service \"t\" is invalid: status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
            await RefusedAsync());
    }

    [Fact]
    public async Task Ports_OfOneNumber_MayDifferInProtocolAlone()
    {
        var made = await _http.MakeAsync(Path, """{"metadata":{"name":"s"},"spec":{"ports":[{"name":"a","port":80,"protocol":"TCP"},{"name":"b","port":80,"protocol":"UDP"}]}}""");
        Assert.Equal(2, made["spec"]!["ports"]!.AsArray().Count);
        Assert.Contains("spec.ports[1]: Duplicate value: ", await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", Path + "/s", """{"spec":{"ports":[{"name":"a","port":80},{"name":"b","port":80}]}}""", ApiCaller.Merge), StringComparison.Ordinal);
        Assert.Equal("UDP", (string)(await _http.ChangeAsync(Path + "/s", """{"spec":{"ports":[{"name":"b","port":80,"protocol":"UDP"}]}}"""))["spec"]!["ports"]![0]!["protocol"]!);
    }

    private async Task<string> RefusedAsync()
    {
        await _http.MakeAsync(Path, """{"metadata":{"name":"t"},"spec":{"ports":[{"port":80}]}}""");
        return await _http.RefusedAsync(HttpStatusCode.UnprocessableEntity, "PATCH", Path + "/t/status", """{"status":{"loadBalancer":{"ingress":[{"ip":"203.0.113.1"}]}}}""", ApiCaller.Merge);
    }
}
