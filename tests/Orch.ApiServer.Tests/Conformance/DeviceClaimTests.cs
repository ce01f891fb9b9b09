using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>What upstream's integration tests of device allocation ask of the server alone.</summary>
public sealed class DeviceClaimTests : HttpServerTests
{
    private const string Group = "/apis/resource.k8s.io/v1";
    private const string Claims = Group + "/namespaces/default/resourceclaims";
    private const string Slices = Group + "/resourceslices";
    private const string Claim = """{"metadata":{"name":"c"},"spec":{"devices":{"requests":[{"name":"r","exactly":{"deviceClassName":"c"}}]}},"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}""";
    private const string Allocation = """{"status":{"allocation":{"devices":{"results":[{"request":"r","driver":"one","pool":"p","device":"d"},{"request":"r","driver":"two","pool":"p","device":"d"},{"request":"r","driver":"two","pool":"p","device":"d","shareID":"11111111-1111-1111-1111-111111111111"}]}}}}""";
    private const string NeedsLabel = "admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace";

    [Theory]
    [InlineData("resourceclaims", """{"metadata":{"name":"a"},"spec":{"devices":{"requests":[{"name":"q","exactly":{"deviceClassName":"c"}},{"name":"r","exactly":{"deviceClassName":"c","adminAccess":true}}]}}}""", "ResourceClaim")]
    [InlineData("resourceclaimtemplates", """{"metadata":{"name":"a"},"spec":{"spec":{"devices":{"requests":[{"name":"q","exactly":{"deviceClassName":"c"}},{"name":"r","exactly":{"deviceClassName":"c","adminAccess":true}}]}}}}""", "ResourceClaimTemplate")]
    public async Task AdminAccess_IsAskedForInNamespacesThatAreLabeledForIt(string resource, string body, string kind)
    {
        var path = $"{Group}/namespaces/default/{resource}";
        var (code, answer, _) = await _http.SendAsync("POST", path, body);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, $"{kind}.resource.k8s.io \"a\" is invalid: spec.devices.requests[1].adminAccess: Forbidden: {NeedsLabel}"), (code, answer["message"]!.ToString()));
        await LabelAsync("false");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _http.SendAsync("POST", path, body)).Code);
        await LabelAsync("true");
        Assert.Equal(HttpStatusCode.Created, (await _http.SendAsync("POST", path, body)).Code);
    }

    [Fact]
    public async Task AdminAccess_IsGivenInNamespacesThatAreLabeledForIt_AndKeptThereAfterwards()
    {
        await SentAsync("POST", Claims, Claim);
        var body = Allocation.Replace("\"driver\":\"two\",\"pool\":\"p\",\"device\":\"d\",\"shareID\"", "\"adminAccess\":true,\"driver\":\"two\",\"pool\":\"p\",\"device\":\"d\",\"shareID\"", StringComparison.Ordinal);
        var (code, answer, _) = await _http.SendAsync("PATCH", Claims + "/c/status", body, "application/merge-patch+json");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, $"ResourceClaim.resource.k8s.io \"c\" is invalid: status.allocation.devices.results[2].adminAccess: Forbidden: {NeedsLabel}"), (code, answer["message"]!.ToString()));
        await LabelAsync("true");
        await SentAsync("PATCH", Claims + "/c/status", body, "application/merge-patch+json");
        await LabelAsync("false");
        var kept = await SentAsync("PATCH", Claims + "/c/status", """{"status":{"reservedFor":[{"resource":"pods","name":"p","uid":"u"}]}}""", "application/merge-patch+json");
        Assert.Equal("true", kept["status"]!["allocation"]!["devices"]!["results"]![2]!["adminAccess"]!.ToJsonString());
    }

    [Fact]
    public async Task Devices_AreEachTheirDrivers_ByDriverPoolDeviceAndShare()
    {
        var made = await SentAsync("POST", Claims, Claim);
        Assert.Null(made["status"]!["reservedFor"]);
        await SentAsync("PATCH", Claims + "/c/status", Allocation, "application/merge-patch+json");

        await ApplyAsync("one", """{"driver":"one","pool":"p","device":"d","conditions":[{"type":"Ready","status":"True","reason":"R","message":"","lastTransitionTime":"2025-01-01T00:00:00Z"}],"data":{"k":1}}""");
        await ApplyAsync("two", """{"driver":"two","pool":"p","device":"d","networkData":{"interfaceName":"a"}},{"driver":"two","pool":"p","device":"d","shareID":"11111111-1111-1111-1111-111111111111","networkData":{"interfaceName":"b"}}""");
        var both = await ApplyAsync("one", """{"driver":"one","pool":"p","device":"d","data":{"k":2}}""");
        Assert.Equal("one/, two/, two/11111111-1111-1111-1111-111111111111", Say(both));
        Assert.Equal("""{"k":2}""", both["status"]!["devices"]!.AsArray().Single(static item => item!["driver"]!.ToString() == "one")!["data"]!.ToJsonString());
        Assert.Null(both["status"]!["devices"]!.AsArray().Single(static item => item!["driver"]!.ToString() == "one")!["conditions"]);
        Assert.Equal("one/, two/", Say(await ApplyAsync("two", """{"driver":"two","pool":"p","device":"d"}""")));

        // What is allocated no more, nothing is said of.
        var freed = await SentAsync("PATCH", Claims + "/c/status", """{"status":{"allocation":null}}""", "application/merge-patch+json");
        Assert.Null(freed["status"]!["devices"]);

        async Task<JsonNode> ApplyAsync(string driver, string devices)
            => await SentAsync("PATCH", $"{Claims}/c/status?fieldManager={driver}", $$"""{"apiVersion":"resource.k8s.io/v1","kind":"ResourceClaim","metadata":{"name":"c"},"status":{"devices":[{{devices}}]} }""", "application/apply-patch+yaml");

        static string Say(JsonNode claim) => string.Join(", ", claim["status"]!["devices"]!.AsArray().Select(static item => $"{item!["driver"]}/{item["shareID"]}"));
    }

    // As upstream's largest slice: everything of the greatest length and number.
    [Fact]
    public async Task Slice_OfEverythingThatFits_IsStored()
    {
        var domain = string.Join('.', new string('x', 31), new string('y', 31));
        var attributes = string.Join(",", Enumerable.Range(0, 32).Select(index => $"\"{domain}/{new string('a', 30)}{index:00}\":{{\"string\":\"{new string('v', 64)}\"}}"));
        var devices = string.Join(",", Enumerable.Range(0, 128).Select(index => $"{{\"name\":\"{new string('d', 60)}{index:000}\",\"attributes\":{{{attributes}}}}}"));
        var made = await SentAsync("POST", Slices, $"{{\"metadata\":{{\"name\":\"s\"}},\"spec\":{{\"driver\":\"{domain}\",\"nodeName\":\"n\",\"pool\":{{\"name\":\"p\",\"generation\":1,\"resourceSliceCount\":1}},\"devices\":[{devices}]}}}}");
        Assert.Equal(128, made["spec"]!["devices"]!.AsArray().Count);
        Assert.Equal(1, made["metadata"]!["generation"]!.GetValue<int>());
    }

    [Fact]
    public async Task Slices_AreFoundAndDeletedByNodeAndDriver()
    {
        foreach (var (name, node, driver) in ((string, string, string)[])[("a", "n1", "d1"), ("b", "n1", "d2"), ("c", "n2", "d1")])
        {
            await SentAsync("POST", Slices, $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"driver":"{{{driver}}}","nodeName":"{{{node}}}","pool":{"name":"p","generation":1,"resourceSliceCount":1} } }""");
        }

        Assert.Equal("a b", Names(await SentAsync("GET", Slices + "?fieldSelector=spec.nodeName%3Dn1")));
        Assert.Equal("a c", Names(await SentAsync("GET", Slices + "?fieldSelector=spec.driver%3Dd1")));
        Assert.Equal("a", Names(await SentAsync("GET", Slices + "?fieldSelector=spec.driver%3Dd1,spec.nodeName%3Dn1")));
        var (code, refusal, _) = await _http.SendAsync("GET", Slices + "?fieldSelector=spec.pool.name%3Dp");
        Assert.Equal((HttpStatusCode.BadRequest, "field label not supported: spec.pool.name"), (code, refusal["message"]!.ToString()));
        Assert.Equal("a b", Names(await SentAsync("DELETE", Slices + "?fieldSelector=spec.nodeName%3Dn1")));
        Assert.Equal("c", Names(await SentAsync("GET", Slices)));
        Assert.Equal("ResourceSlice", (await SentAsync("DELETE", Slices + "/c"))["kind"]!.ToString());

        static string Names(JsonNode list) => string.Join(' ', list["items"]!.AsArray().Select(static item => item!["metadata"]!["name"]!.ToString()));
    }

    private Task<JsonNode> LabelAsync(string value)
        => SentAsync("PATCH", "/api/v1/namespaces/default", $$$"""{"metadata":{"labels":{"resource.kubernetes.io/admin-access":"{{{value}}}"} } }""", "application/merge-patch+json");

    private async Task<JsonNode> SentAsync(string method, string path, string? body = null, string type = "application/json")
    {
        var (code, answer, _) = await _http.SendAsync(method, path, body, type);
        Assert.True((int)code is 200 or 201, $"{method} {path}: {answer.ToJsonString()}");
        return answer;
    }
}
