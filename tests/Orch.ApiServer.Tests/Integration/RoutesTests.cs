using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Integration;

/// <summary>Which paths there are, and in which words the others are refused: clients of other languages read the body.</summary>
public sealed class RoutesTests : HttpServerTests
{
    private const string Page = "404 page not found\n";
    private const string NoResource = "the server could not find the requested resource";
    private const string NoMethod = "the server does not allow this method on the requested resource";

    // Method, path, code, body of a text or message of a status.
    public static TheoryData<string, string, int, string> Refused => new()
    {
        { "GET", "/nothing", 404, Page },
        { "GET", "/healthz/", 404, Page },
        { "GET", "/healthz/nothing", 404, Page },
        { "GET", "/openapi", 404, Page },
        { "GET", "/apis/nothing.io", 404, Page },
        { "GET", "/apis/nothing.io/v1", 404, Page },
        { "GET", "/apis/nothing.io/v1/things", 404, Page },
        { "POST", "/apis/nothing.io/v1/namespaces/default/things", 404, Page },
        { "GET", "/api/v2", 404, NoResource },
        { "GET", "/api/v2/pods", 404, NoResource },
        { "GET", "/api/v1/things", 404, NoResource },
        { "GET", "/apis/apps/v9", 404, NoResource },
        { "GET", "/apis/apps/v9/deployments", 404, NoResource },
        { "GET", "/apis/apps/v1/things", 404, NoResource },
        { "POST", "/apis/authentication.k8s.io/v1/things", 404, NoResource },
        { "GET", "/apis/apps/v1/namespaces/default/deployments/d/scale/more", 404, NoResource },
        { "GET", "/apis/apps/v1/namespaces/default/deployments/d/status/more", 404, NoResource },
        { "POST", "/api/v1/namespaces/default/pods/p/eviction/more", 404, NoResource },
        { "POST", "/version", 405, NoMethod },
        { "DELETE", "/apis", 405, NoMethod },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Path_ThatIsNotServed_IsRefusedAsUpstreamDoes(string method, string path, int code, string text)
    {
        var (status, body, answer) = await _http.SendAsync(method, path);
        Assert.Equal(code, (int)status);
        if (text != Page) { Assert.Equal(text, body.Message()); return; }
        Assert.Equal(Page, (string?)body);
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    public static TheoryData<string, string, int, string> RefusedOfWidgets => new()
    {
        { "GET", "/apis/example.com/v2", 404, Page },
        { "GET", "/apis/example.com/v2/namespaces/default/widgets", 404, Page },
        { "GET", "/apis/example.com/v1/namespaces/default/gadgets", 404, Page },
        { "GET", "/apis/example.com/v1/widgets/w", 404, Page },
        { "POST", "/apis/example.com/v1/widgets", 404, Page },
        { "DELETE", "/apis/example.com/v1/widgets", 404, Page },
        { "GET", "/apis/example.com/v1/namespaces/default/widgets/w/nothing", 404, "widgets.example.com \"w\" not found" },
        { "GET", "/apis/example.com/v1/namespaces/default/widgets/w/scale", 404, "widgets.example.com \"w\" not found" },
        { "POST", "/apis/example.com/v1/namespaces/default/widgets/w/status", 405, "create is not supported on resources of kind \"widgets.example.com\"" },
    };

    [Theory]
    [MemberData(nameof(RefusedOfWidgets))]
    public async Task Path_OfACustomResource_IsRefusedByWhoServesThem(string method, string path, int code, string text)
    {
        await _http.DefineAsync(Crds.Widgets(extra: """{"subresources":{"status":{}}}"""));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("w"));
        var (status, body, _) = await _http.SendAsync(method, path);
        Assert.Equal(code, (int)status);
        Assert.Equal(text, text == Page ? (string?)body : body.Message());
    }

    [Theory]
    [InlineData("/api/v1", "pods", "xPOwRZ+Yhw8=")]
    [InlineData("/api/v1", "events", "r2yiGXH7wu8=")]
    [InlineData("/apis/events.k8s.io/v1", "events", "r2yiGXH7wu8=")]
    [InlineData("/apis/apps/v1", "deployments", "8aSe+NMegvE=")]
    [InlineData("/apis/autoscaling/v1", "horizontalpodautoscalers", "qwQve8ut294=")]
    [InlineData("/apis/autoscaling/v2", "horizontalpodautoscalers", "qwQve8ut294=")]
    public async Task Discovery_OfAStoredKind_HasTheHashOfItsStoredVersion(string path, string name, string hash)
        => Assert.Equal(hash, (string?)(await ResourceAsync(path, name))["storageVersionHash"]);

    [Theory]
    [InlineData("/api/v1", "pods/status")]
    [InlineData("/api/v1", "bindings")]
    [InlineData("/api/v1", "componentstatuses")]
    [InlineData("/apis/authorization.k8s.io/v1", "subjectaccessreviews")]
    public async Task Discovery_OfWhatIsNotStored_HasNoHash(string path, string name)
        => Assert.Null((await ResourceAsync(path, name))["storageVersionHash"]);

    [Fact]
    public async Task Discovery_OfACustomResource_SaysWhatMayStillBeDoneWithIt()
    {
        await _http.DefineAsync(Crds.Widgets(extra: """{"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}}"""));
        var resources = (await _http.SendAsync("GET", "/apis/example.com/v1")).Body["resources"]!.AsArray();
        Assert.Equal(["widgets", "widgets/status", "widgets/scale"], resources.Select(static item => (string)item!["name"]!));
        Assert.Equal(["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"], VerbsOf(resources[0]!));
        Assert.Equal(["get", "patch", "update"], VerbsOf(resources[2]!));
        Assert.Equal("Ik3NRxQdA3c=".Length, ((string)resources[0]!["storageVersionHash"]!).Length);

        await _http.SendAsync("POST", Crds.Path(), """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"held","finalizers":["example.com/hold"]}}""");
        var (body, gone) = await _http.UndefineAsync();
        Assert.Equal(1, (int)body["metadata"]!["generation"]!);
        string[] last = ["delete", "deletecollection", "get", "list", "watch"];
        await Patience.UntilAsync(async () => VerbsOf((await _http.SendAsync("GET", "/apis/example.com/v1")).Body["resources"]![0]!).SequenceEqual(last), "what goes to be neither created nor changed");

        await _http.SendAsync("PATCH", Crds.Path("held"), """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await gone;
    }

    [Theory]
    [InlineData("GET", "/api/v1/endpoints", null)]
    [InlineData("GET", "/api/v1/endpoints?watch=1&timeoutSeconds=1", null)]
    [InlineData("GET", "/api/v1/namespaces/default/endpoints/none", null)]
    [InlineData("POST", "/api/v1/namespaces/default/endpoints", """{"metadata":{"name":"e"}}""")]
    [InlineData("DELETE", "/api/v1/namespaces/default/endpoints", null)]
    public async Task Endpoints_HoweverTheyAreAskedFor_AreSaidToBeOnTheirWayOut(string method, string path, string? body)
    {
        var (_, _, answer) = await _http.SendAsync(method, path, body);
        Assert.Equal("299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\"", Assert.Single(answer.Headers.GetValues("Warning")));
        (_, _, answer) = await _http.SendAsync("GET", "/apis/discovery.k8s.io/v1/endpointslices");
        Assert.False(answer.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task Health_WithAnExclusionOfNothing_WarnsOfIt()
    {
        using var answer = await _http.GetAsync("/livez?verbose&exclude=ping&exclude=nothing");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("[+]ping excluded: ok", lines[0]);
        Assert.Equal(["warn: some health checks cannot be excluded: no matches for \"nothing\"", "livez check passed", ""], lines[^3..]);
    }

    [Theory]
    [InlineData("!!", "illegal base64 data at input byte 0")]
    [InlineData("YWJj=", "illegal base64 data at input byte 4")]
    [InlineData("YWJjZ", "illegal base64 data at input byte 4")]
    [InlineData("YWJj", "invalid character 'a' looking for beginning of value")]
    [InlineData("e30", "server does not recognize this encoded version ")]
    public async Task Continue_ThatIsNoToken_IsRefusedInTheWordsOfGo(string token, string fault)
    {
        var (code, body, _) = await _http.SendAsync("GET", $"/api/v1/configmaps?limit=1&continue={Uri.EscapeDataString(token)}");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal($"invalid continue token: continue key is not valid: {fault}", body.Message());
    }

    private async Task<JsonNode> ResourceAsync(string path, string name)
        => (await _http.SendAsync("GET", path)).Body["resources"]!.AsArray().Single(item => (string)item!["name"]! == name)!;

    private static IEnumerable<string> VerbsOf(JsonNode resource) => resource["verbs"]!.AsArray().Select(static verb => (string)verb!);
}
