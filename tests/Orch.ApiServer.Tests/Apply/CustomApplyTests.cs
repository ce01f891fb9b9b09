using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Applies of custom objects: their schema says how they merge.</summary>
public sealed class CustomApplyTests : IAsyncLifetime
{
    private const string Spec = """
        {"type":"object","properties":{
          "replicas":{"type":"integer"},
          "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
          "list":{"type":"array","items":{"type":"string"}},
          "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
          "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port","protocol"],"items":{"type":"object","required":["port"],"properties":{
            "port":{"type":"integer"},"protocol":{"type":"string","default":"TCP"},"name":{"type":"string"}}}}}}
        """;

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _http.DefineAsync(Crds.Widgets(Spec, """{"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}}"""));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Apply_BySchema_MergesOwnsAndRemoves()
    {
        var (code, made) = await ApplyAsync("one", """{"replicas":1,"set":["a","b"],"list":["x"],"free":{"k":{"l":1}},"ports":[{"port":80,"name":"http"}]}""");
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal("""{"f:spec":{"f:free":{"f:k":{".":{},"f:l":{}}},"f:list":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}},"f:replicas":{},"f:set":{"v:\"a\"":{},"v:\"b\"":{}}}}""", Fields(made, "one"));

        (code, var both) = await ApplyAsync("two", """{"set":["b","c"],"ports":[{"port":80,"protocol":"UDP"}]}""");
        Assert.Equal((HttpStatusCode.OK, """["a","b","c"]"""), (code, both["spec"]!["set"]!.ToJsonString()));
        Assert.Equal(2, both["spec"]!["ports"]!.AsArray().Count);

        (code, var status) = await ApplyAsync("two", """{"list":["y"]}""");
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"one\": .spec.list"), (code, (string?)status["message"]));

        (code, var less) = await ApplyAsync("one", """{"set":["b"]}""");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("""{"ports":[{"port":80,"protocol":"UDP"}],"set":["b","c"]}""", less["spec"]!.ToJsonString());

        (code, var again) = await ApplyAsync("one", """{"set":["b"]}""");
        Assert.Equal((string?)less["metadata"]!["resourceVersion"], (string?)again["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task Apply_UnknownField_IsRefused()
    {
        var (code, status) = await ApplyAsync("one", """{"odd":1}""");
        Assert.Equal((HttpStatusCode.InternalServerError, "failed to create typed patch object (/w; example.com/v1, Kind=Widget): .spec.odd: field not declared in schema"), (code, (string?)status["message"]));
    }

    [Fact]
    public async Task Status_AndScale_OwnTheirParts()
    {
        await _http.SendAsync("POST", $"{Crds.Path()}?fieldManager=maker", Crds.Widget("w", """{"replicas":1}"""));
        await _http.SendAsync("PATCH", $"{Crds.Path("w")}/status?fieldManager=reporter", """{"status":{"phase":"Up"},"spec":{"replicas":9},"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        var (code, _, _) = await _http.SendAsync("PATCH", $"{Crds.Path("w")}/scale?fieldManager=scaler", """{"spec":{"replicas":3}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        var (_, after, _) = await _http.SendAsync("GET", Crds.Path("w"));
        Assert.Equal("""{"f:status":{".":{},"f:phase":{}}}""", Fields(after, "reporter"));
        Assert.Equal("""{"f:spec":{"f:replicas":{}}}""", Fields(after, "scaler"));
        Assert.Equal("""{"f:spec":{}}""", Fields(after, "maker"));
    }

    private static string Fields(JsonNode value, string manager)
        => value["metadata"]!["managedFields"]!.AsArray().Single(entry => (string?)entry!["manager"] == manager)!["fieldsV1"]!
            .ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<(HttpStatusCode Code, JsonNode Body)> ApplyAsync(string manager, string spec)
    {
        var (code, body, _) = await _http.SendAsync("PATCH", $"{Crds.Path("w")}?fieldManager={manager}", Crds.Widget("w", spec), "application/apply-patch+yaml");
        return (code, body);
    }
}
