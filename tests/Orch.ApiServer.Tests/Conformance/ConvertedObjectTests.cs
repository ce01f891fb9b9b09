using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>crd_conversion_webhook.go</c>, and of <c>crd_selectable_fields.go</c> the part with two versions: <c>hostPort</c> in one, <c>host</c> and <c>port</c> in the other.</summary>
public sealed class ConvertedObjectTests : ConformanceTests
{
    private const string One = "/apis/stable.example.com/v1/namespaces/default/endpoints";
    private const string Two = "/apis/stable.example.com/v2/namespaces/default/endpoints";
    private HttpHook _hook = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _hook = await HttpHook.StartAsync(static async context =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            var request = review["request"]!;
            var objects = request["objects"]!.AsArray().Select(item => Convert(item!.DeepClone().AsObject(), (string)request["desiredAPIVersion"]!)).ToArray<JsonNode>();
            review["response"] = new JsonObject { ["uid"] = (string)request["uid"]!, ["result"] = new JsonObject { ["status"] = "Success" }, ["convertedObjects"] = new JsonArray(objects) };
            review.Remove("request");
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(review.ToJsonString());
        });
        await DefineAsync("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"endpoints.stable.example.com"},
             "spec":{"group":"stable.example.com","scope":"Namespaced","names":{"plural":"endpoints","kind":"Endpoint"},
              "conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1","v1beta1"],"clientConfig":{"url":"URL","caBundle":"BUNDLE"}}},
              "versions":[
               {"name":"v1","served":true,"storage":true,"selectableFields":[{"jsonPath":".hostPort"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"hostPort":{"type":"string"}}}}},
               {"name":"v2","served":true,"storage":false,"selectableFields":[{"jsonPath":".host"},{"jsonPath":".port"}],"schema":{"openAPIV3Schema":{"type":"object","properties":{"host":{"type":"string"},"port":{"type":"string"}}}}}]}}
            """.Replace("URL", _hook.Address.AbsoluteUri + "crdconvert", StringComparison.Ordinal).Replace("BUNDLE", System.Convert.ToBase64String(Encoding.ASCII.GetBytes(_hook.AuthorityPem)), StringComparison.Ordinal));
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _hook.DisposeAsync();
    }

    [Fact]
    public async Task Selectors_MeanTheFieldsOfTheVersionThatIsAskedFor()
    {
        var version = (await OkAsync("GET", Two))["metadata"]!["resourceVersion"];
        var watches = ((string, string, int)[])[(Two, "host=host1", 4), (Two, "host=host1,port=80", 2), (One, "hostPort=host1:80", 2)];
        var seen = watches.Select(watch => WatchAsync($"{watch.Item1}?watch=1&resourceVersion={version}&fieldSelector={Uri.EscapeDataString(watch.Item2)}", watch.Item3)).ToList();
        foreach (var (name, fields) in ((string, string)[])[("a", "\"host\":\"host1\",\"port\":\"80\""), ("b", "\"host\":\"host1\",\"port\":\"8080\""), ("c", "\"host\":\"host2\"")])
        {
            await OkAsync("POST", Two, $$$"""{"apiVersion":"stable.example.com/v2","kind":"Endpoint","metadata":{"name":"{{{name}}}"},{{{fields}}}}""");
        }

        foreach (var (path, selector, names) in ((string, string, string)[])
            [(Two, "host=host1", "a b"), (Two, "host=host1,port=80", "a"), (One, "hostPort=host1:80", "a"), (One, "hostPort=host1:8080", "b"), (One, "hostPort=host2:", "c"), (Two, "host!=host1", "c")])
        {
            Assert.Equal(names, await NamesAsync(path, selector));
        }

        Assert.Equal("field label not supported: hostPort", (string?)(await RefusedAsync(400, "GET", Two + "?fieldSelector=hostPort%3Dx"))["message"]);
        await OkAsync("DELETE", $"{Two}?fieldSelector={Uri.EscapeDataString("host=host1,port=80")}", """{"gracePeriodSeconds":0}""");
        var moved = await OkAsync("GET", $"{Two}/b");
        moved["host"] = "host2";
        await OkAsync("PUT", $"{Two}/b", moved.ToJsonString());
        Assert.Equal("", await NamesAsync(Two, "host=host1"));
        var all = await Task.WhenAll(seen);
        Assert.Equal(
            ["ADDED a, ADDED b, DELETED a, DELETED b", "ADDED a, DELETED a", "ADDED a, DELETED a"],
            all.Select(static events => string.Join(", ", events.Select(static item => $"{item["type"]} {item["object"]!["metadata"]!["name"]}"))));
        Assert.Equal(("host1", "8080"), ((string?)all[0][3]["object"]!["host"], (string?)all[0][3]["object"]!["port"]));
    }

    [Fact]
    public async Task List_OfObjectsStoredInDifferentVersions_IsOfOne()
    {
        await OkAsync("POST", One, """{"apiVersion":"stable.example.com/v1","kind":"Endpoint","metadata":{"name":"old"},"hostPort":"localhost:8080"}""");
        Assert.Equal(("localhost", "8080"), await HostAsync("old"));
        await OkAsync("PATCH", $"{Definitions}/endpoints.stable.example.com", """[{"op":"replace","path":"/spec/versions/0/storage","value":false},{"op":"replace","path":"/spec/versions/1/storage","value":true}]""", "application/json-patch+json");
        await UntilAsync(async () => (await OkAsync("GET", $"{Definitions}/endpoints.stable.example.com"))["status"]!["storedVersions"]!.ToJsonString() == """["v1","v2"]""", "both versions are stored");
        await OkAsync("POST", Two, """{"apiVersion":"stable.example.com/v2","kind":"Endpoint","metadata":{"name":"young"},"host":"localhost","port":"8081"}""");
        foreach (var (path, fields) in ((string, string)[])[(Two, "localhost 8080, localhost 8081"), (One, "localhost:8080, localhost:8081")])
        {
            var list = (await OkAsync("GET", path))["items"]!.AsArray();
            Assert.Equal(fields, string.Join(", ", list.Select(static item => (string?)item!["hostPort"] ?? $"{item["host"]} {item["port"]}")));
            Assert.Single(list.Select(static item => (string)item!["apiVersion"]!).Distinct());
        }

        Assert.Equal(("localhost", "8080"), await HostAsync("old"));
    }

    private async Task<(string?, string?)> HostAsync(string name)
    {
        var item = await OkAsync("GET", $"{Two}/{name}");
        return ((string?)item["host"], (string?)item["port"]);
    }

    private async Task<string> NamesAsync(string path, string selector)
        => string.Join(' ', (await OkAsync("GET", $"{path}?fieldSelector={Uri.EscapeDataString(selector)}"))["items"]!.AsArray().Select(static item => (string?)item!["metadata"]!["name"]));

    private static JsonObject Convert(JsonObject item, string version)
    {
        if ((string)item["apiVersion"]! == version) { return item; }
        item["apiVersion"] = version;
        if (version.EndsWith("v2", StringComparison.Ordinal))
        {
            var parts = ((string?)item["hostPort"] ?? ":").Split(':');
            item.Remove("hostPort");
            (item["host"], item["port"]) = (parts[0], parts[1]);
            return item;
        }

        item["hostPort"] = $"{(string?)item["host"]}:{(string?)item["port"]}";
        item.Remove("host");
        item.Remove("port");
        return item;
    }
}
