using Orch.ApiServer.Tests.Conformance.Lifecycles;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance.Network;

/// <summary>Endpoints that somebody writes by hand, and slices whose lists are empty.</summary>
public sealed class EndpointsTests : HttpServerTests
{
    [Fact]
    public async Task Endpoints_ArePatchedAsAWholeAndDeletedByTheirLabel()
    {
        const string Path = "/api/v1/namespaces/default/endpoints";
        var made = await _http.MakeAsync(Path, """{"metadata":{"name":"e","labels":{"test":"s"}},"subsets":[{"addresses":[{"ip":"10.0.0.24"}],"ports":[{"name":"http","port":80,"protocol":"TCP"}]}]}""");
        var watch = _http.SeeAsync($"{Path}?watch=1&labelSelector=test&resourceVersion={made.Version()}", 2);
        var patched = await _http.ChangeAsync(Path + "/e", """{"metadata":{"labels":{"test":"p"}},"subsets":[{"addresses":[{"ip":"10.0.0.25"}],"ports":[{"name":"http-test","port":8080}]}]}""", ApiCaller.Strategic);
        Assert.Equal("""[{"addresses":[{"ip":"10.0.0.25"}],"ports":[{"name":"http-test","port":8080,"protocol":"TCP"}]}]""", patched["subsets"]!.ToJsonString());
        await _http.RemoveAsync(Path + "?labelSelector=test%3Dp");
        await _http.GoneAsync(Path + "/e");
        Assert.Equal(["MODIFIED", "DELETED"], (await watch).Select(static item => item.Type));
    }

    [Fact]
    public async Task Slice_WithoutEndpoints_SaysSo()
    {
        const string Path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
        var made = await _http.MakeAsync(Path, """{"metadata":{"name":"e","labels":{},"annotations":{}},"addressType":"IPv4","endpoints":[],"ports":[]}""");
        Assert.Equal((0, 0), (made["endpoints"]!.AsArray().Count, made["ports"]!.AsArray().Count));
        Assert.Null(made["metadata"]!["labels"]);
        Assert.Null(made["metadata"]!["annotations"]);
        Assert.Equal(1, made.Generation());
        Assert.Equal(2, (await _http.ChangeAsync(Path + "/e", """{"endpoints":[{"addresses":["1.2.3.4"]}]}""")).Generation());
        Assert.Equal(2, (await _http.ChangeAsync(Path + "/e", """{"metadata":{"annotations":{"a":"b"}}}""")).Generation());
    }
}
