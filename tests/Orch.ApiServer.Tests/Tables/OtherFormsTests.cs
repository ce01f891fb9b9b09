using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Tables;

/// <summary>Tables and metadata over the wire, in the forms that only some clients ask for.</summary>
public sealed class OtherFormsTests : HttpServerTests
{
    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    [Theory]
    [InlineData("/api/v1/namespaces", "Table", "Table")]
    [InlineData("/api/v1/namespaces/default", "Table", "Table")]
    [InlineData("/api/v1/namespaces", "PartialObjectMetadataList", "PartialObjectMetadataList")]
    [InlineData("/api/v1/namespaces/default", "PartialObjectMetadata", "PartialObjectMetadata")]
    public async Task OlderVersion_IsUsedAllThrough(string path, string form, string kind)
    {
        var text = Encoding.UTF8.GetString(await GetAsync(path, $"application/json;as={form};v=v1beta1;g=meta.k8s.io"));
        var node = JsonNode.Parse(text)!;
        Assert.Equal((kind, "meta.k8s.io/v1beta1"), ((string)node["kind"]!, (string)node["apiVersion"]!));
        Assert.DoesNotContain("meta.k8s.io/v1\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OlderVersion_OfAWatch_IsUsedAllThrough()
    {
        var list = JsonNode.Parse(await _http.GetStringAsync(new Uri("/api/v1/namespaces", UriKind.Relative)))!;
        foreach (var (query, type) in ((string, string)[])[("", "ADDED"), ($"&allowWatchBookmarks=true&resourceVersion={list["metadata"]!["resourceVersion"]}", "BOOKMARK")])
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces?watch=1&timeoutSeconds=1{query}");
            message.Headers.TryAddWithoutValidation("Accept", "application/json;as=Table;v=v1beta1;g=meta.k8s.io");
            using var answer = await _http.SendAsync(message).Within("the watch to end");
            var events = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!).ToList();
            Assert.Contains(events, item => (string)item["type"]! == type);
            Assert.All(events, static item => Assert.Equal("meta.k8s.io/v1beta1", (string)item["object"]!["apiVersion"]!));
        }
    }

    [Fact]
    public async Task Metadata_OfCustomResources_ComeInProtobufToo()
    {
        await _http.DefineAsync(Crds.Widgets());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var one = Encoding.UTF8.GetString(await GetAsync(Crds.Path("a"), Protobuf + ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"));
        Assert.StartsWith("k8s\0\n'\n\u000emeta.k8s.io/v1\u0012\u0015PartialObjectMetadata", one, StringComparison.Ordinal);
        var list = Encoding.UTF8.GetString(await GetAsync(Crds.Path(), Protobuf + ";as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"));
        Assert.Contains("PartialObjectMetadataList", list, StringComparison.Ordinal);
        Assert.Contains("\u0001a", list, StringComparison.Ordinal);

        using var message = new HttpRequestMessage(HttpMethod.Get, Crds.Path() + "?watch=1&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1");
        message.Headers.TryAddWithoutValidation("Accept", Protobuf + ";as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        using var answer = await _http.SendAsync(message);
        var events = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync().Within("the watch"));
        Assert.Contains("ADDED", events, StringComparison.Ordinal);
        Assert.Contains("BOOKMARK", events, StringComparison.Ordinal);
        Assert.Equal("application/json", (await AnswerAsync(Crds.Path("a"), Protobuf + ",application/json")).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Scale_HasATableOfItsOwn()
    {
        await _http.SendAsync("POST", "/apis/apps/v1/namespaces/default/deployments", """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":3,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        var table = JsonNode.Parse(await GetAsync("/apis/apps/v1/namespaces/default/deployments/web/scale", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"))!;
        Assert.Equal(["Name string ", "Desired integer ", "Available integer ", "Age string "], table["columnDefinitions"]!.AsArray().Select(static column => $"{column!["name"]} {column["type"]} {column["format"]}"));
        Assert.Equal(["web", "3", "0"], table["rows"]![0]!["cells"]!.AsArray().Take(3).Select(static cell => cell!.ToString()));
        Assert.NotEmpty((string)table["metadata"]!["resourceVersion"]!);
    }

    private async Task<HttpResponseMessage> AnswerAsync(string path, string accept)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.TryAddWithoutValidation("Accept", accept);
        return await _http.SendAsync(message);
    }

    private async Task<byte[]> GetAsync(string path, string accept)
    {
        using var answer = await AnswerAsync(path, accept);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(accept.Split(';')[0], answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
