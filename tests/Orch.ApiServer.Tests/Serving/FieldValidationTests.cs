using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Serving;

/// <summary>Unknown and duplicate fields on every road that a write can take: refused, warned of, or passed over.</summary>
public sealed class FieldValidationTests : IAsyncLifetime
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";
    private const string JsonPatch = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";
    private const string Head = "\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"web\"}";
    private const string Spec = "\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"imagee\":1}]}}";
    private TestServer _server = null!;
    private HttpClient _http = null!;

    // Method, path, type, body, what is wrong.
    public static TheoryData<string, string, string, string, string[]> Roads => new()
    {
        { "POST", Deployments, Json, $"{{{Head},\"spec\":{{\"replicas\":1,\"replicas\":2,\"Paused\":true,{Spec}}}}}", ["duplicate field \"spec.replicas\"", "unknown field \"spec.Paused\"", "unknown field \"spec.template.spec.containers[0].imagee\""] },
        { "POST", Deployments, Yaml, $"{{{Head},\n\"spec\":{{\"replicas\":1,\n\"replicas\":2,\"Paused\":true,{Spec}}}}}", ["line 3: key \"replicas\" already set in map", "unknown field \"spec.Paused\"", "unknown field \"spec.template.spec.containers[0].imagee\""] },
        { "PUT", Deployments + "/old", Json, $"{{{Head.Replace("web", "old", StringComparison.Ordinal)},\"spec\":{{\"replicas\":1,\"replicas\":2,\"Paused\":true,{Spec}}}}}", ["duplicate field \"spec.replicas\"", "unknown field \"spec.Paused\"", "unknown field \"spec.template.spec.containers[0].imagee\""] },
        { "PUT", Deployments + "/old/status", Json, $"{{{Head.Replace("web", "old", StringComparison.Ordinal)},\"status\":{{\"odd\":1}}}}", ["unknown field \"status.odd\""] },
        { "PUT", Deployments + "/old/scale", Json, """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"old","namespace":"default"},"spec":{"replicas":1,"Replicas":2}}""", ["unknown field \"spec.Replicas\""] },
        { "PATCH", Deployments + "/old", Merge, """{"spec":{"replicas":1,"replicas":2,"Paused":true}}""", ["duplicate field \"spec.replicas\"", "unknown field \"spec.Paused\""] },
        { "PATCH", Deployments + "/old", Strategic, """{"spec":{"replicas":1,"replicas":2,"Paused":true}}""", ["duplicate field \"spec.replicas\"", "unknown field \"spec.Paused\""] },
        { "PATCH", Deployments + "/old", JsonPatch, """[{"op":"replace","path":"/spec/replicas","value":2,"foo":1},{"op":"add","path":"/spec/Paused","value":true}]""", ["json patch unknown field \"[0].foo\"", "unknown field \"spec.Paused\""] },
        { "PATCH", Deployments + "/new?fieldManager=me&force=true", Apply, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: new}\nspec:\n  replicas: 1\n  replicas: 2\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}", ["line 6: key \"replicas\" already set in map"] },
        { "POST", "/apis/example.com/v1/namespaces/default/widgets", Json, """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"b","odd":1},"spec":{"size":1,"size":2,"deep":{"x":1}}}""", ["duplicate field \"spec.size\"", "unknown field \"metadata.odd\"", "unknown field \"spec.deep\""] },
        { "PATCH", "/apis/example.com/v1/namespaces/default/widgets/a", Merge, """{"spec":{"size":1,"size":2,"deep":{"x":1}}}""", ["duplicate field \"spec.size\"", "unknown field \"spec.deep\""] },
        { "PATCH", "/apis/example.com/v1/namespaces/default/widgets/a", JsonPatch, """[{"op":"add","path":"/spec/deep","value":1,"Op":"x"}]""", ["json patch unknown field \"[0].Op\"", "unknown field \"spec.deep\""] },
    };

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"}}}"""));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var (code, body, _) = await _http.SendAsync("POST", Deployments, $"{{{Head.Replace("web", "old", StringComparison.Ordinal)},\"spec\":{{{Spec.Replace(",\"imagee\":1", string.Empty, StringComparison.Ordinal)}}}}}");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Roads))]
    public async Task Road_WithOddFields_RefusesWarnsOrPassesOver(string method, string path, string type, string body, string[] faults)
    {
        var join = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        // Nothing is stored yet, so that each takes the same way.
        var (code, refused, answer) = await _http.SendAsync(method, $"{path}{join}fieldValidation=Strict&dryRun=All", body, type);
        Assert.True(code is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity, refused.ToJsonString());
        var message = refused.Message();
        var position = 0;
        foreach (var fault in faults)
        {
            var found = message.IndexOf(fault, position, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{fault} is not told in its place in: {message}");
            position = found + fault.Length;
        }

        Assert.EndsWith(faults[^1], message, StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Warning"));

        foreach (var mode in (string[])["", "&fieldValidation=Warn", "&fieldValidation="])
        {
            (code, refused, answer) = await _http.SendAsync(method, $"{path}{join}dryRun=All{mode}", body, type);
            Assert.True((int)code < 300, refused.ToJsonString());
            Assert.Equal(faults.Select(static fault => $"299 - \"{fault.Replace("\"", "\\\"", StringComparison.Ordinal)}\""), answer.Headers.GetValues("Warning"));
        }

        (code, refused, answer) = await _http.SendAsync(method, $"{path}{join}fieldValidation=Ignore", body, type);
        Assert.True((int)code < 300, refused.ToJsonString());
        Assert.False(answer.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task Directive_ThatIsNone_IsRefusedInWordsOfItsOptions()
    {
        const string Fault = "fieldValidation: Unsupported value: \"strict\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"";
        foreach (var (method, path, type, kind) in ((string, string, string, string)[])[("POST", Deployments, Json, "CreateOptions"), ("PUT", Deployments + "/old", Json, "UpdateOptions"), ("PATCH", Deployments + "/old", Merge, "PatchOptions")])
        {
            var (code, body, _) = await _http.SendAsync(method, path + "?fieldValidation=strict", "{}", type);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, $"{kind}.meta.k8s.io \"\" is invalid: {Fault}"), (code, body.Message()));
        }
    }

    [Fact]
    public async Task UnknownFields_MoreThanAHundred_AreToldUpToThat()
    {
        var odd = string.Join(',', Enumerable.Range(100, 150).Select(static number => $"\"x{number}\":1"));
        var (_, body, _) = await _http.SendAsync("POST", "/api/v1/namespaces/default/configmaps?fieldValidation=Strict", $"{{\"metadata\":{{\"name\":\"m\"}},{odd}}}");
        Assert.EndsWith("unknown field \"x198\", unknown field \"x199\"", body.Message(), StringComparison.Ordinal);
        var (code, _, answer) = await _http.SendAsync("POST", "/api/v1/namespaces/default/configmaps", $"{{\"metadata\":{{\"name\":\"m\"}},{odd}}}");
        Assert.Equal((HttpStatusCode.Created, 100), (code, answer.Headers.GetValues("Warning").Count()));
    }

    [Fact]
    public async Task SyntaxFault_BehindOddFields_IsToldAlone()
    {
        var (code, body, _) = await _http.SendAsync("POST", "/api/v1/namespaces/default/configmaps?fieldValidation=Strict", """{"odd":1,"metadata":{"name":"m"}""");
        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.DoesNotContain("odd\"", body.Message().Split('(')[1], StringComparison.Ordinal);
        Assert.Contains("unexpected end of JSON input", body.Message(), StringComparison.Ordinal);
        (_, body, _) = await _http.SendAsync("POST", "/api/v1/namespaces/default/configmaps?fieldValidation=Strict", """{"odd":1,"metadata":{"name":5}}""");
        Assert.Equal("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string", body.Message());
    }
}
