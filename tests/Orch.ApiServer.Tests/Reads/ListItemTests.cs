using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Reads;

/// <summary>Items of lists of built-in kinds leave kind and version to the list, in every form; those of custom resources, and single objects, say both.</summary>
public sealed class ListItemTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/api/v1/namespaces", "NamespaceList", "v1")]
    [InlineData("/api/v1/namespaces?limit=2", "NamespaceList", "v1")]
    [InlineData("/api/v1/namespaces?pretty=true", "NamespaceList", "v1")]
    [InlineData("/apis/rbac.authorization.k8s.io/v1/clusterroles", "ClusterRoleList", "rbac.authorization.k8s.io/v1")]
    public async Task BuiltInKind_ItemsLeaveOutKindAndVersion(string path, string kind, string version)
    {
        var (_, list, answer) = await _http.SendAsync("GET", path);

        Assert.Equal((kind, version), ((string?)list["kind"], (string?)list["apiVersion"]));
        Assert.NotEmpty(list["items"]!.AsArray());
        Assert.All(list["items"]!.AsArray(), static item => Assert.Equal("metadata", Assert.IsType<JsonObject>(item).First().Key));
        Assert.All(list["items"]!.AsArray(), static item => Assert.NotNull(item!["metadata"]!["resourceVersion"]));
        Assert.NotNull(answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task BuiltInKindInAnotherVersion_ItemsLeaveOutKindAndVersion()
    {
        var (code, _, _) = await _http.SendAsync("POST", "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
            """{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"a"},"spec":{"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"}}}""");

        Assert.Equal(HttpStatusCode.Created, code);
        var (_, list, _) = await _http.SendAsync("GET", "/apis/autoscaling/v1/horizontalpodautoscalers");

        Assert.Equal("autoscaling/v1", (string?)list["apiVersion"]);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Null(item["kind"]);
        Assert.Equal(3, (int?)item["spec"]!["maxReplicas"]);
    }

    [Fact]
    public async Task BuiltInKind_Yaml_ItemsLeaveOutKindAndVersion()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/yaml"));
        using var answer = await _http.SendAsync(request);

        var text = await answer.Content.ReadAsStringAsync();

        Assert.Contains("kind: NamespaceList", text, StringComparison.Ordinal);
        Assert.DoesNotContain("kind: Namespace\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BuiltInKind_Compressed_ItemsLeaveOutKindAndVersion()
    {
        var padding = new string('p', 150_000);
        await _http.SendAsync("POST", "/api/v1/namespaces/default/configmaps", $$$"""{"metadata":{"name":"large"},"data":{"p":"{{{padding}}}"}}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/configmaps");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var answer = await _http.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        await using var body = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);

        var list = await JsonNode.ParseAsync(body);

        Assert.All(list!["items"]!.AsArray(), static item => Assert.Null(item!["kind"]));
        Assert.Contains(list["items"]!.AsArray(), item => (string?)item!["data"]?["p"] == padding);
    }

    [Fact]
    public async Task CustomResource_ItemsSayKindAndVersion()
    {
        await _http.DefineAsync(Crds.Widgets());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a"));

        var (_, list, _) = await _http.SendAsync("GET", Crds.Path());

        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(("Widget", "example.com/v1"), ((string?)item["kind"], (string?)item["apiVersion"]));
    }

    [Fact]
    public async Task SingleObject_SaysKindAndVersion()
    {
        var (_, found, _) = await _http.SendAsync("GET", "/api/v1/namespaces/default");

        Assert.Equal(("Namespace", "v1"), ((string?)found["kind"], (string?)found["apiVersion"]));
    }
}
