using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Components;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Health;
using Orch.Testing.Networking;

namespace Orch.ApiServer.Tests.Components;

public sealed class ComponentStatusTests : IAsyncLifetime
{
    private const string Path = "/api/v1/componentstatuses";
    private readonly Part _scheduler = new("scheduler");
    private readonly Part _controllers = new("controller-manager");
    private TestServer _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync(services: services => services.AddSingleton<IComponentHealth>(_scheduler).AddSingleton<IComponentHealth>(_controllers));
        _http = _server.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task List_OfWellParts_IsAsUpstreams()
    {
        using var answer = await _http.GetAsync(Path);
        Assert.Equal("299 - \"v1 ComponentStatus is deprecated in v1.19+\"", answer.Headers.GetValues("Warning").Single());
        Assert.Equal(
            """{"kind":"ComponentStatusList","apiVersion":"v1","metadata":{},"items":["""
            + string.Join(',', new[] { "controller-manager", "etcd-0", "scheduler" }.Select(static name => $$"""{"metadata":{"name":"{{name}}"},"conditions":[{"message":"ok","status":"True","type":"Healthy"}]}"""))
            + "]}",
            Sorted(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Table_OfASickPart_ShowsWhatIsWrong()
    {
        _scheduler.Fault = "the scheduler failed: boom";
        using var message = new HttpRequestMessage(HttpMethod.Get, Path + "?includeObject=None");
        message.Headers.Add("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io");
        using var answer = await _http.SendAsync(message);
        var table = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(["Name", "Status", "Message", "Error"], table["columnDefinitions"]!.AsArray().Select(static column => (string)column!["name"]!));
        Assert.Equal(
            ["""["controller-manager","Healthy","ok",""]""", """["etcd-0","Healthy","ok",""]""", """["scheduler","Unhealthy","the scheduler failed: boom",""]"""],
            table["rows"]!.AsArray().Select(static row => row!["cells"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("GET", "/etcd-0", 200, null)]
    [InlineData("GET", "/nobody", 500, "Component not found: nobody")]
    [InlineData("GET", "?watch=true", 405, "watch is not supported on resources of kind \"componentstatuses\"")]
    [InlineData("DELETE", "/etcd-0", 405, "the server does not allow this method on the requested resource")]
    [InlineData("GET", "/etcd-0/status", 404, "the server could not find the requested resource")]
    public async Task Request_OfOneKind_IsAnsweredSo(string method, string path, int code, string? text)
    {
        var (status, body, _) = await _http.SendAsync(method, Path + path);
        Assert.Equal((code, text), ((int)status, text is null ? null : body.Message()));
        if (text is null) { Assert.Equal("etcd-0", (string)body["metadata"]!["name"]!); }
    }

    [Fact]
    public async Task Selectors_AreHeeded()
    {
        var (_, one, _) = await _http.SendAsync("GET", Path + "?fieldSelector=metadata.name%3Dscheduler");
        Assert.Equal("scheduler", (string)one["items"]!.AsArray().Single()!["metadata"]!["name"]!);
        var (_, none, _) = await _http.SendAsync("GET", Path + "?labelSelector=a%3Db");
        Assert.Empty(none["items"]!.AsArray());
    }

    [Fact]
    public async Task Discovery_TellsOfReadsOnly()
    {
        var (_, list, _) = await _http.SendAsync("GET", "/api/v1");
        var entry = list["resources"]!.AsArray().Single(static item => (string)item!["name"]! == "componentstatuses")!;
        Assert.Equal("""{"name":"componentstatuses","singularName":"componentstatus","namespaced":false,"kind":"ComponentStatus","verbs":["get","list"],"shortNames":["cs"]}""", entry.ToJsonString());
    }

    [Fact]
    public async Task PartOfAnotherProcess_ThatIsAway_IsUnhealthyInUpstreamsWords()
    {
        using var dead = Ports.Dead(out var port);
        using var probe = new ComponentProbe(TimeProvider.System);
        var condition = await probe.CheckAsync(port, CancellationToken.None);
        Assert.Equal(("False", $"Get \"https://127.0.0.1:{port}/healthz\": dial tcp 127.0.0.1:{port}: connect: connection refused"), (condition.Status, condition.Message));
    }

    // What stands in an object is in no order that counts.
    private static string Sorted(string json)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(json)!;
        foreach (var item in node["items"]!.AsArray())
        {
            var condition = item!["conditions"]![0]!.AsObject();
            item["conditions"]![0] = new System.Text.Json.Nodes.JsonObject(condition.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        }

        var items = node["items"]!.AsArray().Select(static item => new System.Text.Json.Nodes.JsonObject(
            item!.AsObject().Select(static pair => pair.Key).OrderBy(static key => key == "metadata" ? 0 : 1).Select(key => KeyValuePair.Create(key, item![key]?.DeepClone()))));
        node["items"] = new System.Text.Json.Nodes.JsonArray([.. items]);
        return node.ToJsonString();
    }

    private sealed class Part(string name) : IComponentHealth
    {
        public string? Fault { get; set; }

        public string Name => name;

        public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new(Fault);
    }
}
