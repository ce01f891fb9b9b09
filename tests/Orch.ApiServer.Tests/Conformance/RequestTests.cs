using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>request_timeout.go</c>, and what every answer has.</summary>
public sealed class RequestTests : ConformanceTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Theory]
    [InlineData("invalid", "time: invalid duration \"invalid\"")]
    [InlineData("5", "time: missing unit in duration \"5\"")]
    [InlineData("5x", "time: unknown unit \"x\" in duration \"5x\"")]
    public async Task Timeout_ThatIsNoDuration_IsABadRequest(string timeout, string fault)
    {
        foreach (var path in (string[])[Maps, Maps + "/x", "/version", "/apis"])
        {
            var status = await RefusedAsync(400, "GET", $"{path}?timeout={timeout}");
            Assert.Equal(("BadRequest", $"invalid timeout specified in the request URL - {fault}"), ((string)status["reason"]!, (string)status["message"]!));
        }
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("32s")]
    [InlineData("1h30m")]
    [InlineData("")]
    public async Task Timeout_OfNoneOrLong_IsServed(string timeout)
    {
        Assert.Equal("ConfigMapList", (string?)(await OkAsync("GET", $"{Maps}?timeout={timeout}"))["kind"]);
        await OkAsync("POST", $"{Maps}?timeout={timeout}", """{"metadata":{"generateName":"a-"}}""");
    }

    [Fact]
    public async Task Timeout_OfAWatch_IsNoConcern()
        => Assert.Equal("BOOKMARK", (string?)(await WatchAsync($"{Maps}?watch=1&timeout=invalid&allowWatchBookmarks=true&timeoutSeconds=1", 1))[0]["type"]);

    [Fact]
    public async Task Timeout_ThatIsUp_EndsTheRequest()
    {
        await using var hook = await HttpHook.StartAsync(static async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        var bundle = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(hook.AuthorityPem));
        await OkAsync("POST", "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", $$"""
            {"metadata":{"name":"slow"},"webhooks":[{"name":"slow.example.com","sideEffects":"None","admissionReviewVersions":["v1"],"timeoutSeconds":30,
             "clientConfig":{"url":"{{hook.Address.AbsoluteUri}}hook","caBundle":"{{bundle}}"},"rules":[{"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"],"operations":["CREATE"]}]}]}
            """);
        JsonNode? status = null;
        // The configuration is taken up a moment after it is made.
        await UntilAsync(async () =>
        {
            var (code, _, text) = await SendAsync("POST", $"{Maps}?timeout=300ms", """{"metadata":{"generateName":"a-"}}""");
            status = JsonNode.Parse(text);
            return code != 201;
        }, "the webhook is asked");
        Assert.Equal(
            """{"code":504,"details":{},"message":"Timeout: request did not complete within requested timeout - context deadline exceeded","reason":"Timeout","status":"Failure"}""",
            Essence(status!));
    }

    [Theory]
    [InlineData("/nothing", false)]
    [InlineData("/apis/nothing.example.com/v1/things", false)]
    [InlineData("/apis/nothing.example.com", false)]
    [InlineData("/apis/nothing.example.com/v1", false)]
    [InlineData("/healthz/nothing", false)]
    [InlineData("/openapi/v3/apis/nothing/v1", false)]
    [InlineData("/api/v1/things", true)]
    [InlineData("/api/v2", true)]
    [InlineData("/apis/apps/v1/things", true)]
    [InlineData("/apis/apps/v7/deployments", true)]
    [InlineData("/apis/authorization.k8s.io/v1/things", true)]
    [InlineData("/api/v1/namespaces/default/configmaps/a/status", true)]
    public async Task UnknownPath_IsAStatusBelowBuiltInGroups_ElseNoPage(string path, bool isStatus)
    {
        var (code, response, text) = await SendAsync("GET", path);
        Assert.Equal(404, code);
        if (isStatus)
        {
            Assert.Equal("""{"code":404,"details":{},"message":"the server could not find the requested resource","reason":"NotFound","status":"Failure"}""", Essence(JsonNode.Parse(text)!));
            return;
        }

        Assert.Equal(("404 page not found\n", "text/plain; charset=utf-8", "nosniff"),
            (text, response.Content.Headers.ContentType!.ToString(), response.Headers.GetValues("X-Content-Type-Options").Single()));
    }

    [Fact]
    public async Task UnknownPath_OfADefinedGroup_IsNoPage_ButASubresourceIsNotFound()
    {
        await DefineAsync(Definition("widgets", """{"type":"object"}"""));
        foreach (var path in (string[])["/apis/example.com/v1/gadgets", "/apis/example.com/v2/widgets", "/apis/example.com/v1/namespaces/default/widgets"])
        {
            Assert.Equal("404 page not found\n", (await SendAsync("GET", path)).Text);
        }

        var status = await RefusedAsync(404, "GET", "/apis/example.com/v1/widgets/a/status");
        Assert.Equal("widgets.example.com \"a\" not found", (string?)status["message"]);
        Assert.Equal("""{"group":"example.com","kind":"widgets","name":"a"}""", Sorted(status["details"]!));
    }

    [Fact]
    public async Task EveryAnswer_CanBeFoundInTheAuditLog()
    {
        var seen = new HashSet<string>();
        foreach (var path in (string[])[Maps, Maps + "/x", "/nothing", "/version", "/healthz", "/api"])
        {
            var (_, response, _) = await SendAsync("GET", path);
            Assert.True(Guid.TryParse(response.Headers.GetValues("Audit-Id").Single(), out _));
            Assert.True(seen.Add(response.Headers.GetValues("Audit-Id").Single()));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/version");
        request.Headers.Add("Audit-ID", "mine");
        using var own = await _http.SendAsync(request);
        Assert.Equal("mine", own.Headers.GetValues("Audit-Id").Single());
    }

    private static string Essence(JsonNode status)
    {
        var rest = status.AsObject();
        foreach (var name in (string[])["kind", "apiVersion", "metadata"]) { Assert.True(rest.Remove(name)); }
        return Sorted(rest);
    }

    private static string Sorted(JsonNode node)
        => new JsonObject(node.AsObject().OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => KeyValuePair.Create(item.Key, item.Value?.DeepClone()))).ToJsonString();
}
