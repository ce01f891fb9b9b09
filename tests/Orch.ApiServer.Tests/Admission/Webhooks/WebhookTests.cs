using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orch.ApiServer.Admission.Webhooks;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Admission.Webhooks;

/// <summary>Webhooks over real HTTPS.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private WebhookServer _hooks = null!;
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _hooks = await WebhookServer.StartAsync();
        _server = await TestServer.ListenAsync(services: static services =>
        {
            services.AddIfMissing<V1MutatingWebhookConfiguration>("mutatingwebhookconfigurations", ResourceScope.Cluster);
            services.AddIfMissing<V1ValidatingWebhookConfiguration>("validatingwebhookconfigurations", ResourceScope.Cluster);
        });
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _hooks.DisposeAsync();
    }

    [Fact]
    public async Task Validating_ThatAllows_SeesTheWholeReview()
    {
        _hooks.On("ok", static request => WebhookServer.Review(request, true));
        await ValidatingAsync(Hook("ok.example.com", "ok"));

        await CreateAsync("m");

        var seen = _hooks.Seen.Single().Request;
        Assert.Equal("CREATE", seen["operation"]!.GetValue<string>());
        Assert.Equal("""{"group":"","version":"v1","kind":"ConfigMap"}""", seen["kind"]!.ToJsonString());
        Assert.Equal("""{"group":"","version":"v1","resource":"configmaps"}""", seen["requestResource"]!.ToJsonString());
        Assert.Equal(("m", "default"), (seen["name"]!.GetValue<string>(), seen["namespace"]!.GetValue<string>()));
        Assert.Equal("m", seen["object"]!["metadata"]!["name"]!.GetValue<string>());
        Assert.Equal("ConfigMap", seen["object"]!["kind"]!.GetValue<string>());
        Assert.Null(seen["oldObject"]);
        Assert.False(seen["dryRun"]!.GetValue<bool>());
        Assert.Equal("CreateOptions", seen["options"]!["kind"]!.GetValue<string>());
        Assert.Contains("system:masters", seen["userInfo"]!["groups"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"status\":{\"message\":\"no way\",\"code\":403,\"reason\":\"Forbidden\"}", 403, "admission webhook \"no.example.com\" denied the request: no way")]
    [InlineData("\"status\":{\"reason\":\"BadThing\"}", 400, "admission webhook \"no.example.com\" denied the request: BadThing")]
    [InlineData("\"status\":{\"code\":200,\"message\":\"x\"}", 400, "admission webhook \"no.example.com\" denied the request: x")]
    [InlineData("", 400, "admission webhook \"no.example.com\" denied the request without explanation")]
    public async Task Refusal_IsWordedAsUpstream(string more, int code, string message)
    {
        _hooks.On("no", request => WebhookServer.Review(request, false, more));
        await ValidatingAsync(Hook("no.example.com", "no"));

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.Equal((code, message), (refusal.Status.Code, refusal.Message));
    }

    [Fact]
    public async Task Mutating_PatchesInOrder_AndIsAskedAgainWhereItWantsTo()
    {
        _hooks.On("first", static request => WebhookServer.Patch(request, request["object"]!["data"]?["second"] is null ? """[{"op":"add","path":"/data","value":{"first":"1"}}]""" : """[{"op":"add","path":"/data/again","value":"yes"}]"""));
        _hooks.On("second", static request => WebhookServer.Patch(request, """[{"op":"add","path":"/data/second","value":"2"}]"""));
        await MutatingAsync("a", Mutator("first.example.com", "first", "IfNeeded"), Mutator("second.example.com", "second", "Never"));

        var made = await CreateAsync("m");

        Assert.Equal(["first", "second", "first"], _hooks.Seen.Select(static seen => seen.Path));
        Assert.Equal("again=yes,first=1,second=2", string.Join(',', made.Data.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public async Task Mutating_ThatChangesNothing_CausesNoSecondRound()
    {
        _hooks.On("first", static request => WebhookServer.Review(request, true));
        _hooks.On("second", static request => WebhookServer.Patch(request, "[]"));
        await MutatingAsync("a", Mutator("first.example.com", "first", "IfNeeded"), Mutator("second.example.com", "second", "IfNeeded"));

        await CreateAsync("m");

        Assert.Equal(["first", "second"], _hooks.Seen.Select(static seen => seen.Path));
    }

    [Theory]
    [InlineData("uid", "failed calling webhook \"bad.example.com\": received invalid webhook response: expected response.uid=\"")]
    [InlineData("kind", "failed calling webhook \"bad.example.com\": received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1, Kind=Nonsense")]
    [InlineData("absent", "failed calling webhook \"bad.example.com\": received invalid webhook response: webhook response was absent")]
    [InlineData("json", "failed calling webhook \"bad.example.com\": failed to call webhook: couldn't get version/kind; json parse error: unexpected end of JSON input")]
    [InlineData("500", "failed calling webhook \"bad.example.com\": failed to call webhook: an error on the server (\"oh no\") has prevented the request from succeeding")]
    [InlineData("404", "failed calling webhook \"bad.example.com\": failed to call webhook: the server could not find the requested resource")]
    [InlineData("huge", "failed calling webhook \"bad.example.com\": failed to call webhook: the answer is longer than 8388608 bytes")]
    [InlineData("type", "failed calling webhook \"bad.example.com\": received invalid webhook response: webhook returned response.patch but not response.patchType")]
    [InlineData("odd", "failed calling webhook \"bad.example.com\": unsupported patch type \"Merge\"")]
    [InlineData("nojson", "failed calling webhook \"bad.example.com\": received undecodable patch in webhook response: invalid character 'n' looking for beginning of object key string")]
    public async Task BadAnswer_IsAnErrorOrIgnored_ByTheFailurePolicy(string sort, string message)
    {
        _hooks.Answers["bad"] = (request, context) => BadAnswerAsync(sort, request, context);
        await MutatingAsync("closed", Mutator("bad.example.com", "bad", "Never"));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));
        Assert.Equal(500, refusal.Status.Code);
        Assert.StartsWith($"Internal error occurred: {message}", refusal.Message, StringComparison.Ordinal);

        await _server.Admin.Resource<V1MutatingWebhookConfiguration>().DeleteAsync(ObjectKey.Cluster("closed"), new DeleteRequest(), CancellationToken.None);
        var open = Mutator("bad.example.com", "bad", "Never");
        open.FailurePolicy = "Ignore";
        await MutatingAsync("open", open);
        Assert.Null((await CreateAsync("m")).Data);
    }

    [Theory]
    [InlineData("""[{"op":"remove","path":"/data/absent"}]""", "Internal error occurred: remove operation does not apply: doc is missing path: \"/data/absent\": missing value")]
    [InlineData("""[{"op":"replace","path":"/metadata","value":"text"}]""", "Internal error occurred: ")]
    public async Task Patch_ThatDoesNotApply_IsAnErrorWhateverThePolicy(string patch, string message)
    {
        _hooks.On("patch", request => WebhookServer.Patch(request, patch));
        var hook = Mutator("patch.example.com", "patch", "Never");
        hook.FailurePolicy = "Ignore";
        await MutatingAsync("a", hook);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.Equal(500, refusal.Status.Code);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_IsThere_IsNamedWithItsAddress()
    {
        var hook = Hook("gone.example.com", "x");
        hook.ClientConfig.Url = "https://127.0.0.1:1/x";
        await ValidatingAsync(hook);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.Equal(
            "Internal error occurred: failed calling webhook \"gone.example.com\": failed to call webhook: Post \"https://127.0.0.1:1/x?timeout=10s\": dial tcp 127.0.0.1:1: connect: connection refused",
            refusal.Message);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsNotTrusted()
    {
        using var other = new TestCertificates();
        _hooks.On("ok", static request => WebhookServer.Review(request, true));
        var hook = Hook("tls.example.com", "ok");
        hook.ClientConfig.CaBundle = System.Text.Encoding.ASCII.GetBytes(other.Authority.ExportCertificatePem());
        await ValidatingAsync(hook);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.EndsWith("tls: failed to verify certificate: x509: certificate signed by unknown authority", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DryRun_AsksOnlyThoseWithoutSideEffects()
    {
        _hooks.On("ok", static request => WebhookServer.Review(request, true));
        await ValidatingAsync(Hook("pure.example.com", "ok"));
        using var http = _server.Http();
        var (code, _, _) = await PostAsync(http, "pure", "?dryRun=All");
        Assert.Equal(201, code);
        Assert.True(_hooks.Seen.Single().Request["dryRun"]!.GetValue<bool>());

        // Today's validation lets no such webhook in; one stored by an older server may be there.
        var definition = new WebhookDefinition("c", "effects.example.com", new(), new Admissionregistrationv1WebhookClientConfig()) { SideEffects = "Some" };
        var request = new AdmissionRequest(AdmissionOperation.Create, new GroupVersionResource("", "v1", "pods"), new GroupVersionKind("", "v1", "Pod"), UserInfo.Anonymous) { IsDryRun = true };
        var dispatch = _server.Services.GetRequiredService<WebhookDispatch>();
        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            dispatch.AskAsync(new Webhook(definition, new(definition.Criteria), null, null, 0), request, default, default, default, isMutating: false, CancellationToken.None).AsTask());

        Assert.Equal((400, "admission webhook \"effects.example.com\" does not support dry run"), (refusal.Status.Code, refusal.Message));
    }

    [Fact]
    public async Task Warnings_ReachTheClient_AlsoWithARefusal()
    {
        _hooks.On("warn", static request => WebhookServer.Review(request, request["name"]!.GetValue<string>() == "ok", "\"warnings\":[\"think twice\"]"));
        await ValidatingAsync(Hook("warn.example.com", "warn"));
        using var http = _server.Http();

        Assert.Equal((201, "299 - \"think twice\""), await PostAsync(http, "ok", string.Empty) is var (code, warning, _) ? (code, warning) : default);
        Assert.Equal((400, "299 - \"think twice\""), await PostAsync(http, "no", string.Empty) is var (refused, same, _) ? (refused, same) : default);
    }

    [Fact]
    public async Task Delete_ShowsTheOldObject_AndMayBeRefused()
    {
        await CreateAsync("m");
        _hooks.On("no", static request => WebhookServer.Review(request, false));
        await ValidatingAsync(Hook("no.example.com", "no"));

        await Assert.ThrowsAsync<ApiException>(() => _server.Admin.Resource<V1ConfigMap>().DeleteAsync(new ObjectKey("default", "m"), new DeleteRequest { PropagationPolicy = "Foreground" }, CancellationToken.None));

        var seen = _hooks.Seen.Single().Request;
        Assert.Equal(("DELETE", "m", "Foreground"), (seen["operation"]!.GetValue<string>(), seen["oldObject"]!["metadata"]!["name"]!.GetValue<string>(), seen["options"]!["propagationPolicy"]!.GetValue<string>()));
        Assert.Null(seen["object"]);
    }

    [Fact]
    public async Task Configurations_AreNeverAskedAbout_SoThatNobodyIsLockedOut()
    {
        await ValidatingAsync(Hook("everything.example.com", "absent"));

        await _server.Admin.Resource<V1ValidatingWebhookConfiguration>().DeleteAsync(ObjectKey.Cluster("a"), new DeleteRequest(), CancellationToken.None);

        await _server.Admin.Resource<V1ValidatingWebhookConfiguration>().ListAsync(ListRequest.All, CancellationToken.None);
        await CreateAsync("m");
        Assert.Empty(_hooks.Seen);
    }

    [Fact]
    public async Task Service_IsFoundByItsEndpoints()
    {
        await _server.Admin.Resource<V1Service>().CreateAsync(
            new V1Service { Metadata = new V1ObjectMeta { Name = "hook", NamespaceProperty = "default" }, Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Name = "https", Port = 443 }] } }, CancellationToken.None);
        var hook = Hook("service.example.com", "ok");
        hook.ClientConfig = new Admissionregistrationv1WebhookClientConfig { CaBundle = _hooks.Authority, Service = new Admissionregistrationv1ServiceReference { Name = "hook", NamespaceProperty = "default", Path = "/ok" } };
        await ValidatingAsync(hook);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => CreateAsync("m"));

        Assert.Equal(
            "Internal error occurred: failed calling webhook \"service.example.com\": failed to call webhook: Post \"https://hook.default.svc/ok?timeout=10s\": no endpoints available for service \"hook\"",
            refusal.Message.Replace(":443", string.Empty, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("object.metadata.name == 'm'", 1, null)]
    [InlineData("object.metadata.name != 'm'", 0, null)]
    [InlineData("request.operation == 'CREATE' && request.resource.resource == 'configmaps' && 'system:masters' in request.userInfo.groups", 1, null)]
    [InlineData("oldObject == null", 1, null)]
    [InlineData("authorizer.group('').resource('pods').namespace('default').check('create').allowed()", 1, null)]
    [InlineData("authorizer.requestResource.check('delete').allowed()", 1, null)]
    [InlineData("object.data.absent == 'x'", 0, "configmaps \"m\" is forbidden: expression 'object.data.absent == 'x'' resulted in error: no such key: data")]
    [InlineData("object.data.absent == 'x';false", 0, null)]
    public async Task Conditions_DecideBeforeTheWebhookIsAsked(string expressions, int calls, string? message)
    {
        _hooks.On("ok", static request => WebhookServer.Review(request, true));
        var hook = Hook("ok.example.com", "ok");
        hook.MatchConditions = [.. expressions.Split(';').Select(static (expression, index) => new V1MatchCondition { Name = $"c{index}", Expression = expression })];
        await ValidatingAsync(hook);

        var refusal = await Record.ExceptionAsync(() => CreateAsync("m"));

        Assert.Equal(message, refusal?.Message);
        Assert.Equal(calls, _hooks.Seen.Count);
    }

    [Fact]
    public async Task Condition_ThatFails_SkipsAWebhookThatMayBeIgnored()
    {
        var hook = Hook("ok.example.com", "absent");
        (hook.FailurePolicy, hook.MatchConditions) = ("Ignore", [new V1MatchCondition { Name = "c", Expression = "object.data.absent == 'x'" }]);
        await ValidatingAsync(hook);

        await CreateAsync("m");

        Assert.Empty(_hooks.Seen);
    }

    [Fact]
    public async Task Connections_AreKept()
    {
        _hooks.On("ok", static request => WebhookServer.Review(request, true));
        await ValidatingAsync(Hook("ok.example.com", "ok"));

        for (var index = 0; index < 5; index++) { await CreateAsync($"m{index}"); }

        Assert.Equal(5, _hooks.Seen.Count);
        Assert.Single(_hooks.Connections);
    }

    [Fact]
    public async Task Timeout_OnTheFakeClock_IsTheDeadlineOfTheCall()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hooks.Answers["slow"] = async (_, context) =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return string.Empty;
        };
        var time = new FakeTimeProvider();
        var definition = new WebhookDefinition("c", "slow.example.com", new(), new Admissionregistrationv1WebhookClientConfig { Url = _hooks.Url("slow"), CaBundle = _hooks.Authority }) { Timeout = TimeSpan.FromSeconds(7), ReviewVersion = "v1" };
        var endpoint = WebhookEndpoint.Create(definition.Client, _server.Services.GetRequiredService<ServiceLocator>(), new Dictionary<string, WebhookEndpoint>());

        var call = new WebhookCaller(time).CallAsync(new Webhook(definition, new(definition.Criteria), endpoint, null, 0), "u", "{\"request\":{}}"u8.ToArray(), isMutating: false, CancellationToken.None).AsTask();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(60));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<WebhookCallException>(() => call.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal($"failed calling webhook \"slow.example.com\": failed to call webhook: Post \"{_hooks.Url("slow")}?timeout=7s\": context deadline exceeded", failure.Message);
    }

    private static async Task<string> BadAnswerAsync(string sort, JsonObject request, HttpContext context)
    {
        await Task.CompletedTask;
        switch (sort)
        {
            case "uid": return WebhookServer.Review(new JsonObject { ["uid"] = "other" }, true);
            case "kind": return WebhookServer.Review(request, true).Replace("AdmissionReview", "Nonsense", StringComparison.Ordinal);
            case "absent": return """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""";
            case "json": return "{";
            case "500": context.Response.StatusCode = 500; return "oh no";
            case "404": context.Response.StatusCode = 404; return string.Empty;
            case "huge": return new string(' ', WebhookCaller.MaxAnswerBytes + 1);
            case "type": return WebhookServer.Patch(request, "[]").Replace("\"patchType\":\"JSONPatch\",", string.Empty, StringComparison.Ordinal);
            case "odd": return WebhookServer.Patch(request, """[{"op":"add","path":"/data","value":{}}]""").Replace("JSONPatch", "Merge", StringComparison.Ordinal);
            default: return WebhookServer.Patch(request, "{nonsense");
        }
    }

    private static async Task<(int Code, string Warning, string Body)> PostAsync(HttpClient http, string name, string query)
    {
        using var body = new StringContent("{\"metadata\":{\"name\":\"" + name + "\"}}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri($"/api/v1/namespaces/default/configmaps{query}", UriKind.Relative), body);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("Warning", out var values) ? string.Join(';', values) : string.Empty, await answer.Content.ReadAsStringAsync());
    }

    private static List<V1RuleWithOperations> Everything() => [new V1RuleWithOperations { ApiGroups = ["*"], ApiVersions = ["*"], Operations = ["*"], Resources = ["configmaps", "validatingwebhookconfigurations", "mutatingwebhookconfigurations"], Scope = "*" }];

    private V1ValidatingWebhook Hook(string name, string path) => new()
    {
        Name = name, AdmissionReviewVersions = ["v1"], SideEffects = "None", FailurePolicy = "Fail", Rules = Everything(), TimeoutSeconds = 10, MatchPolicy = "Equivalent",
        ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = _hooks.Url(path), CaBundle = _hooks.Authority },
    };

    private V1MutatingWebhook Mutator(string name, string path, string reinvocation) => new()
    {
        Name = name, AdmissionReviewVersions = ["v1"], SideEffects = "None", FailurePolicy = "Fail", Rules = Everything(), TimeoutSeconds = 10, MatchPolicy = "Equivalent", ReinvocationPolicy = reinvocation,
        ClientConfig = new Admissionregistrationv1WebhookClientConfig { Url = _hooks.Url(path), CaBundle = _hooks.Authority },
    };

    private async Task ValidatingAsync(V1ValidatingWebhook webhook, string name = "a")
    {
        var client = _server.Admin.Resource<V1ValidatingWebhookConfiguration>();
        await client.CreateAsync(new V1ValidatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = name }, Webhooks = [webhook] }, CancellationToken.None);
        await client.ListAsync(ListRequest.All, CancellationToken.None);
    }

    private async Task MutatingAsync(string name, params V1MutatingWebhook[] webhooks)
    {
        var client = _server.Admin.Resource<V1MutatingWebhookConfiguration>();
        await client.CreateAsync(new V1MutatingWebhookConfiguration { Metadata = new V1ObjectMeta { Name = name }, Webhooks = webhooks }, CancellationToken.None);
        await client.ListAsync(ListRequest.All, CancellationToken.None);
    }

    private Task<V1ConfigMap> CreateAsync(string name)
        => _server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" } }, CancellationToken.None);
}
