using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class ServingTests : IAsyncLifetime
{
    private const string Spec = """
        {"type":"object","required":["size"],"properties":{
          "size":{"type":"integer","minimum":1,"maximum":10},
          "color":{"type":"string","enum":["red","blue"],"default":"red"},
          "replicas":{"type":"integer"},
          "port":{"x-kubernetes-int-or-string":true},
          "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"count":{"type":"integer","default":1}}}}}}
        """;

    private const string Extra = """
        {"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
         "selectableFields":[{"jsonPath":".spec.color"}],
         "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"},{"name":"Color","type":"string","jsonPath":".spec.color","priority":1},{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}]}
        """;

    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _http.DefineAsync(Crds.Widgets(Spec, Extra));
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Definition_IsEstablished_WithItsNamesAndVersions()
    {
        var (_, body, _) = await _http.SendAsync("GET", $"{Crds.Definitions}/widgets.example.com");
        Assert.Equal("True", Crds.Condition(body, "Established"));
        Assert.Equal("True", Crds.Condition(body, "NamesAccepted"));
        Assert.Equal("widget", (string)body["status"]!["acceptedNames"]!["singular"]!);
        Assert.Equal("WidgetList", (string)body["spec"]!["names"]!["listKind"]!);
        Assert.Equal("v1", (string)body["status"]!["storedVersions"]![0]!);
        Assert.Equal("None", (string)body["spec"]!["conversion"]!["strategy"]!);
    }

    [Fact]
    public async Task Create_FillsDefaults_AndDropsWhatIsUnknown()
    {
        var (code, body, answer) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":3,"colour":"green","parts":[{"name":"x","odd":1}]}"""));
        Assert.Equal(HttpStatusCode.Created, code);
        Assert.Equal("""{"color":"red","parts":[{"count":1,"name":"x"}],"size":3}""", body["spec"]!.ToJsonString());
        Assert.Equal(1, (int)body["metadata"]!["generation"]!);
        Assert.Equal(["299 - \"unknown field \\\"spec.colour\\\"\"", "299 - \"unknown field \\\"spec.parts[0].odd\\\"\""], answer.Headers.GetValues("Warning"));

        var (_, read, _) = await _http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal(body.ToJsonString(), read.ToJsonString());
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path());
        Assert.Equal("WidgetList", (string)list["kind"]!);
        Assert.Equal(body.ToJsonString(), list["items"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{}""", "Widget.example.com \"a\" is invalid: spec.size: Required value")]
    [InlineData("""{"size":"3"}""", "Widget.example.com \"a\" is invalid: spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"")]
    [InlineData("""{"size":0}""", "Widget.example.com \"a\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1")]
    [InlineData("""{"size":11}""", "Widget.example.com \"a\" is invalid: spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":1,"color":"green"}""", "Widget.example.com \"a\" is invalid: spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\"")]
    [InlineData("""{"size":1,"port":true}""", "Widget.example.com \"a\" is invalid: spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"size":1,"parts":[{"name":"a"},{"name":"a"}]}""", "Widget.example.com \"a\" is invalid: spec.parts[1]: Duplicate value: {\"name\":\"a\"}")]
    [InlineData("""{"size":1,"parts":[{}]}""", "Widget.example.com \"a\" is invalid: spec.parts[0].name: Required value")]
    public async Task Create_Invalid_IsRefusedInUpstreamsWords(string spec, string message)
    {
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", spec));
        Assert.Equal(message, body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.NotEmpty(body["details"]!["causes"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","odd":1},"spec":{"size":1,"x":1}}""",
        "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"metadata.odd\", unknown field \"spec.x\"")]
    [InlineData("""{"apiVersion":"example.com/v2","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1}}""",
        "the API version in the data (example.com/v2) does not match the expected API version (example.com/v1)")]
    [InlineData("""{"apiVersion":"example.com/v1","metadata":{"name":"a"}}""",
        "the object provided is unrecognized (must be of type Widget): Object 'Kind' is missing in '{\"apiVersion\":\"example.com/v1\",\"metadata\":{\"name\":\"a\"}}' ({\"apiVersion\":\"example.com/v1\" ...)")]
    public async Task Create_Undecodable_IsRefused(string body, string message)
    {
        var (code, answer, _) = await _http.SendAsync("POST", Crds.Path() + "?fieldValidation=Strict", body);
        Assert.Equal(message, answer.Message());
        Assert.Equal(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task Update_CountsGenerations_AndKeepsTheStatusApart()
    {
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"size":2},"status":{"phase":"x"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(2, (int)body["metadata"]!["generation"]!);
        Assert.Null(body["status"]);

        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a/status"), """{"spec":{"size":3},"status":{"phase":"x","replicas":4,"selector":"app=a"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(2, (int)body["spec"]!["size"]!);
        Assert.Equal("x", (string)body["status"]!["phase"]!);
        Assert.Equal(2, (int)body["metadata"]!["generation"]!);

        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a/status"), """{"status":{"replicas":"four"}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
        Assert.Equal("Widget.example.com \"a\" is invalid: [status.replicas: Invalid value: \"string\": replicas in body must be of type integer: \"string\", .status.replicas: Invalid value: 0: .status.replicas accessor error: four is of the type string, expected int64]", body.Message());

        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """[{"op":"add","path":"/spec/color","value":"blue"}]""", "application/json-patch+json");
        Assert.Equal("blue", (string)body["spec"]!["color"]!);
        (code, body, _) = await _http.SendAsync("PATCH", Crds.Path("a"), "{}", "application/strategic-merge-patch+json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, code);
    }

    [Fact]
    public async Task Scale_ReadsAndWritesItsPaths()
    {
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1,"replicas":2}"""));
        await _http.SendAsync("PATCH", Crds.Path("a/status"), """{"status":{"replicas":1,"selector":"app=a"}}""", "application/merge-patch+json");
        var (_, scale, _) = await _http.SendAsync("GET", Crds.Path("a/scale"));
        Assert.Equal("""{"replicas":2}""", scale["spec"]!.ToJsonString());
        Assert.Equal("""{"replicas":1,"selector":"app=a"}""", scale["status"]!.ToJsonString());
        var (code, _, _) = await _http.SendAsync("PATCH", Crds.Path("a/scale"), """{"spec":{"replicas":5}}""", "application/merge-patch+json");
        Assert.Equal(HttpStatusCode.OK, code);
        var (_, body, _) = await _http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal(5, (int)body["spec"]!["replicas"]!);
        Assert.Equal(2, (int)body["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task List_BySelectableField_FindsWhatMatches()
    {
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("b", """{"size":1,"color":"blue"}"""));
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path() + "?fieldSelector=spec.color=blue");
        Assert.Equal("b", (string)Assert.Single(list["items"]!.AsArray())!["metadata"]!["name"]!);
        var (code, refusal, _) = await _http.SendAsync("GET", Crds.Path() + "?fieldSelector=spec.size=1");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.Equal("field label not supported: spec.size", refusal.Message());
    }

    [Fact]
    public async Task Watch_OfADeletedDefinition_SeesTheObjectsGo_AndEnds()
    {
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        using var answer = await _http.GetAsync(Crds.Path() + "?watch=1", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Contains("\"ADDED\"", await reader.ReadLineAsync(), StringComparison.Ordinal);

        var (body, gone) = await _http.UndefineAsync();
        Assert.Equal("True", Crds.Condition(body, "Terminating"));
        await gone;

        var seen = new List<string>();
        while (await reader.ReadLineAsync().Within("the watch to end") is { } line) { seen.Add((string)JsonNode.Parse(line)!["type"]!); }
        Assert.Contains("DELETED", seen);
        var (code, _, _) = await _http.SendAsync("GET", Crds.Path());
        Assert.Equal(HttpStatusCode.NotFound, code);
        var (groupCode, group, _) = await _http.SendAsync("GET", "/apis/example.com");
        Assert.True(groupCode == HttpStatusCode.NotFound, group.ToJsonString());
    }

    [Fact]
    public async Task Restart_OverTheSameStore_ServesAtOnce()
    {
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var store = (Orch.Storage.IStore)_server.Services.GetService(typeof(Orch.Storage.IStore))!;
        await using var second = await TestServer.ListenAsync(services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(services, store));
        using var http = second.Http();
        var (code, body, _) = await http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal(1, (int)body["spec"]!["size"]!);
    }
}
