using System.Globalization;
using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>crd_publish_openapi.go</c> and <c>openapiv3.go</c>: what is published of definitions, and how clients may keep it.</summary>
public sealed class PublishedSchemaTests : ConformanceTests
{
    private const string Objects = """
        {"type":"object","properties":{"spec":{"type":"object","properties":{
          "closed":{"type":"object","x-kubernetes-embedded-resource":true,"required":["spec"],"properties":{"spec":{"type":"object"}}},
          "open":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},
          "many":{"type":"array","items":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}},
          "plain":{"type":"object","properties":{"kind":{"type":"string"}}}}}}}
        """;

    [Fact]
    public async Task EmbeddedObject_HasTypeAndMetadata()
    {
        await DefineAsync(Definition("holders", Objects));
        var schemas = (await V3Async("apis/example.com/v1"))["components"]!["schemas"]!;
        var spec = schemas["com.example.v1.Holder"]!["properties"]!["spec"]!["properties"]!;
        foreach (var (schema, required) in ((JsonNode, string)[])
            [(spec["closed"]!, """["spec","kind","apiVersion"]"""), (spec["open"]!, """["kind","apiVersion"]"""), (spec["many"]!["items"]!, """["kind","apiVersion"]""")])
        {
            Assert.Equal(required, schema["required"]!.ToJsonString());
            Assert.Equal(("string", "string"), ((string)schema["properties"]!["apiVersion"]!["type"]!, (string)schema["properties"]!["kind"]!["type"]!));
            Assert.Equal("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", (string?)schema["properties"]!["metadata"]!["allOf"]![0]!["$ref"]);
        }

        Assert.Equal("""{"properties":{"kind":{"type":"string"}},"type":"object"}""", spec["plain"]!.ToJsonString());

        // In v2, what lets anything pass says nothing of its fields: kubectl would refuse all others.
        var old = (await OkAsync("GET", "/openapi/v2"))["definitions"]!["com.example.v1.Holder"]!["properties"]!["spec"]!["properties"]!;
        Assert.Null(old["open"]!["properties"]);
        Assert.Equal("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", (string?)old["closed"]!["properties"]!["metadata"]!["$ref"]);
    }

    [Fact]
    public async Task Root_ThatKeepsAnything_SaysNothingInV2()
    {
        await DefineAsync(Definition("widgets", """{"type":"object","description":"Anything.","x-kubernetes-preserve-unknown-fields":true,"properties":{"a":{"type":"string"}}}"""));
        await UntilAsync(async () => await HasAsync("apis/example.com/v1"), "it is published");
        Assert.Equal(
            """{"type":"object","x-kubernetes-group-version-kind":[{"group":"example.com","kind":"Widget","version":"v1"}]}""",
            (await OkAsync("GET", "/openapi/v2"))["definitions"]!["com.example.v1.Widget"]!.ToJsonString());
        var full = (await V3Async("apis/example.com/v1"))["components"]!["schemas"]!["com.example.v1.Widget"]!;
        Assert.Equal("Anything. True", $"{full["description"]} {(bool)full["x-kubernetes-preserve-unknown-fields"]!}");
    }

    [Theory]
    [InlineData("example.com", "exampleCom", "ExampleCom")]
    [InlineData("stable.my-org.example.com", "stableMyOrgExampleCom", "StableMyOrgExampleCom")]
    [InlineData("crd-publish.k8s.io", "crdPublish", "CrdPublish")]
    public async Task Operations_AreNamedByTheWholeGroup(string group, string tag, string name)
    {
        var definition = Definition("widgets", """{"type":"object"}""", scope: "Namespaced", group: group);
        if (group.EndsWith(".k8s.io", StringComparison.Ordinal)) { definition = definition.Replace("\"metadata\":{", "\"metadata\":{\"annotations\":{\"api-approved.kubernetes.io\":\"unapproved, a test\"},", StringComparison.Ordinal); }
        await DefineAsync(definition);
        var paths = (await V3Async($"apis/{group}/v1"))["paths"]!;
        var item = paths[$"/apis/{group}/v1/namespaces/{{namespace}}/widgets/{{name}}"]!;
        Assert.Equal($"read{name}V1NamespacedWidget", (string?)item["get"]!["operationId"]);
        Assert.Equal($"[\"{tag}_v1\"]", item["get"]!["tags"]!.ToJsonString());
        Assert.Equal($"list{name}V1WidgetForAllNamespaces", (string?)paths[$"/apis/{group}/v1/widgets"]!["get"]!["operationId"]);
        // Custom objects know no strategic merge.
        Assert.Equal(
            ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"],
            item["patch"]!["requestBody"]!["content"]!.AsObject().Select(static type => type.Key).Where(static type => !type.EndsWith("cbor", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_OfItsHash_MayBeKeptForGood_AndAnotherHashLeadsToIt()
    {
        var url = (string)(await OkAsync("GET", "/openapi/v3"))["paths"]!["apis/batch/v1"]!["serverRelativeURL"]!;
        var (code, response, _) = await SendAsync("GET", url);
        Assert.Equal((200, "public, immutable"), (code, response.Headers.CacheControl!.ToString().Replace("immutable, public", "public, immutable", StringComparison.Ordinal)));
        Assert.InRange(DateTimeOffset.Parse(response.Content.Headers.GetValues("Expires").Single(), CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddDays(360), DateTimeOffset.UtcNow.AddDays(370));

        var (plain, without, _) = await SendAsync("GET", "/openapi/v3/apis/batch/v1");
        Assert.Equal((200, false), (plain, without.Content.Headers.Contains("Expires")));
        Assert.Equal($"\"{url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]}\"", without.Headers.ETag!.Tag);

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = new System.Net.Security.SslClientAuthenticationOptions { CertificateChainPolicy = _server.Certificates.Trust() } };
        using var http = new HttpClient(handler) { BaseAddress = _server.Address };
        http.DefaultRequestHeaders.Authorization = _http.DefaultRequestHeaders.Authorization;
        var (moved, to, _) = await SendAsync("GET", "/openapi/v3/apis/batch/v1?hash=ABC", http: http);
        Assert.Equal((301, url), (moved, to.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Version_ServedNoLonger_OrRenamed_LeavesTheDocuments()
    {
        var definition = JsonNode.Parse(Definition("widgets", """{"type":"object","properties":{"dummy":{"type":"string"}}}"""))!;
        var second = definition["spec"]!["versions"]![0]!.DeepClone();
        (second["name"], second["storage"]) = ("v6alpha1", false);
        definition["spec"]!["versions"]!.AsArray().Add(second);
        await DefineAsync(definition.ToJsonString());
        await UntilAsync(async () => await HasAsync("apis/example.com/v6alpha1"), "both versions are published");
        var first = (await V3Async("apis/example.com/v1"))["components"]!["schemas"]!["com.example.v1.Widget"]!.ToJsonString();

        await OkAsync("PATCH", $"{Definitions}/widgets.example.com", """[{"op":"test","path":"/spec/versions/1/name","value":"v6alpha1"},{"op":"replace","path":"/spec/versions/1/served","value":false}]""", "application/json-patch+json");
        await UntilAsync(async () => !await HasAsync("apis/example.com/v6alpha1"), "one version is published no longer");
        Assert.Null((await OkAsync("GET", "/openapi/v2"))["definitions"]!["com.example.v6alpha1.Widget"]);
        Assert.Equal(first, (await V3Async("apis/example.com/v1"))["components"]!["schemas"]!["com.example.v1.Widget"]!.ToJsonString());

        await OkAsync("PATCH", $"{Definitions}/widgets.example.com", """[{"op":"replace","path":"/spec/versions/1/name","value":"v4"},{"op":"replace","path":"/spec/versions/1/served","value":true}]""", "application/json-patch+json");
        await UntilAsync(async () => await HasAsync("apis/example.com/v4"), "the new name is published");
        Assert.NotNull((await V3Async("apis/example.com/v4"))["components"]!["schemas"]!["com.example.v4.Widget"]);

        await OkAsync("DELETE", $"{Definitions}/widgets.example.com");
        await UntilAsync(async () => !await HasAsync("apis/example.com/v1"), "nothing is published any more");
    }

    private async Task<bool> HasAsync(string groupVersion) => (await OkAsync("GET", "/openapi/v3"))["paths"]![groupVersion] is not null;

    private async Task<JsonNode> V3Async(string groupVersion)
    {
        JsonNode? index = null;
        await UntilAsync(async () => (index = (await OkAsync("GET", "/openapi/v3"))["paths"]![groupVersion]) is not null, $"{groupVersion} is published");
        return await OkAsync("GET", (string)index!["serverRelativeURL"]!);
    }
}
