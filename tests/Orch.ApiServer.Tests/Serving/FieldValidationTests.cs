using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.ApiServer.Tests.Protobuf;

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

    // Method, path, model, body. Protobuf has no name that could be unknown, and of two equal fields the last one counts.
    public static TheoryData<string, string, Type, string> PackedRoads => new()
    {
        { "POST", Deployments, typeof(V1Deployment), $"{{{Head},\"spec\":{{\"replicas\":1,{Spec}}}}}" },
        { "PUT", Deployments + "/old", typeof(V1Deployment), $"{{{Head.Replace("web", "old", StringComparison.Ordinal)},\"spec\":{{\"replicas\":1,{Spec}}}}}" },
        { "PUT", Deployments + "/old/status", typeof(V1Deployment), $"{{{Head.Replace("web", "old", StringComparison.Ordinal)},\"spec\":{{\"replicas\":1,{Spec}}}}}" },
        { "PUT", Deployments + "/old/scale", typeof(V1Scale), """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"old","namespace":"default"},"spec":{"replicas":1}}""" },
        { "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", typeof(V1SelfSubjectAccessReview), """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""" },
        { "DELETE", Deployments + "/old", typeof(V1DeleteOptions), """{"apiVersion":"apps/v1","kind":"DeleteOptions","gracePeriodSeconds":1,"dryRun":["All"]}""" },
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

    [Theory]
    [MemberData(nameof(PackedRoads))]
    public async Task PackedRoad_WithOddFields_TakesThem(string method, string path, Type model, string body)
    {
        // A field 999 with a text; spec again, with replicas alone.
        var hasReplicas = model == typeof(V1Deployment) || model == typeof(V1Scale);
        byte[] odd = [0xBA, 0x3E, 1, (byte)'x', .. hasReplicas ? (byte[])[0x12, 2, 0x08, 7] : []];
        var packed = PackedHttp.Pack(JsonNode.Parse(body)!, model, odd);
        foreach (var mode in (string[])["Strict", "Warn", "", "Ignore"])
        {
            var (code, answered, answer) = await _http.SendPackedAsync(method, $"{path}?dryRun=All&fieldValidation={mode}", packed);
            Assert.True((int)code < 300, Encoding.UTF8.GetString(answered));
            Assert.False(answer.Headers.Contains("Warning"));
            Assert.Equal(PackedHttp.Type, answer.Content.Headers.ContentType!.MediaType);
            if (hasReplicas && !path.EndsWith("/status", StringComparison.Ordinal)) { Assert.Equal(7, (int)PackedHttp.Unpack(answered, model)["spec"]!["replicas"]!); }
        }

        if (method == "DELETE") { return; }
        var (refused, status, _) = await _http.SendPackedAsync(method, $"{path}?dryRun=All&fieldValidation=strict", packed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused);
        Assert.EndsWith("supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"", PackedHttp.Unpack(status, typeof(V1Status)).Message(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PATCH", Deployments + "/old", "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml")]
    [InlineData("POST", "/apis/example.com/v1/namespaces/default/widgets", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml")]
    public async Task PackedRoad_ThatIsNone_IsRefused(string method, string path, string message)
    {
        // Custom resources are answered in JSON; refusals in protobuf all the same.
        var (code, status, _) = await _http.SendPackedAsync(method, path, [.. "k8s\0"u8], accept: PackedHttp.Type + ",application/json");
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, message), (code, PackedHttp.Unpack(status, typeof(V1Status)).Message()));
    }

    [Theory]
    [InlineData("v1", "Pod", "Pod in version \"v1\" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): unknown conversion")]
    [InlineData("apps/v1", "StatefulSet", "StatefulSet in version \"v1\" cannot be handled as a Deployment: converting (v1.StatefulSet) to (apps.Deployment): unknown conversion")]
    [InlineData("apps/v1", "Odd", "Odd in version \"v1\" cannot be handled as a Deployment: no kind \"Odd\" is registered for version \"apps/v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"")]
    public async Task PackedKind_ThatIsAnother_IsRefused(string version, string kind, string message)
    {
        var packed = PackedHttp.Pack(new JsonObject { ["apiVersion"] = version, ["kind"] = kind }, typeof(V1Deployment));
        var (code, status, _) = await _http.SendPackedAsync("POST", Deployments, packed);
        Assert.Equal((HttpStatusCode.BadRequest, message), (code, PackedHttp.Unpack(status, typeof(V1Status)).Message()));
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
