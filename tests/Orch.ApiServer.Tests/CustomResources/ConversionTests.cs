using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.CustomResources;

public sealed class ConversionTests : IAsyncLifetime
{
    private readonly List<int> _asked = [];
    private readonly List<string> _hosts = [];
    private Func<JsonObject, JsonObject> _answer = static review => review;
    private Func<CancellationToken, Task> _before = static _ => Task.CompletedTask;
    private TestServer _server = null!;
    private WebApplication _webhook = null!;
    private HttpClient _http = null!;
    private X509Certificate2 _certificate = null!;

    public async Task InitializeAsync()
    {
        _certificate = Certificate();
        _answer = Convert;
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _webhook = builder.Build();
        _webhook.MapPost("/convert", async (HttpContext http) =>
        {
            var review = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            lock (_hosts) { _hosts.Add(http.Request.Host.Host); }
            lock (_asked) { _asked.Add(review["request"]!["objects"]!.AsArray().Count); }
            await _before(http.RequestAborted);
            return Results.Text(_answer(review).ToJsonString(), "application/json");
        });
        await _webhook.StartAsync();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _webhook.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task WithoutAWebhook_VersionsDifferInTheirNameAlone()
    {
        var definition = TwoVersions();
        definition["spec"]!["versions"]![1]!["deprecated"] = true;
        await _http.DefineAsync(definition);
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var (_, body, answer) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.Equal(("example.com/v2", "{}"), ((string)body["apiVersion"]!, body["spec"]!.ToJsonString()));
        Assert.Equal("299 - \"example.com/v2 Widget is deprecated\"", Assert.Single(answer.Headers.GetValues("Warning")));
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Equal("example.com/v2", (string)list["items"]![0]!["apiVersion"]!);
    }

    [Fact]
    public async Task Webhook_ConvertsBothWays_AndAWholeListAtOnce()
    {
        await _http.DefineAsync(WithWebhook());
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path(version: "v2"), Crds.Widget("a", """{"width":1}""", "v2"));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        Assert.Equal("""{"width":1}""", body["spec"]!.ToJsonString());
        (_, body, _) = await _http.SendAsync("GET", Crds.Path("a"));
        Assert.Equal("""{"size":1}""", body["spec"]!.ToJsonString());
        for (var count = 0; count < 5; count++) { await _http.SendAsync("POST", Crds.Path(), Crds.Widget($"b{count}", """{"size":2}""")); }
        _asked.Clear();
        var (_, list, _) = await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Equal(6, list["items"]!.AsArray().Count);
        Assert.All(list["items"]!.AsArray(), static item => Assert.NotNull(item!["spec"]!["width"]));
        Assert.Single(_asked);
        await _http.SendAsync("GET", Crds.Path(version: "v2"));
        Assert.Single(_asked);

        var (_, patched, _) = await _http.SendAsync("PATCH", Crds.Path("a", "v2"), """{"spec":{"width":7}}""", "application/merge-patch+json");
        Assert.Equal(7, (int)patched["spec"]!["width"]!);
        var seen = await _http.WatchAsync(Crds.Path(version: "v2") + "?watch=1", static item => (string)item["metadata"]!["name"]! == "a").Within("the watch");
        Assert.Equal(7, (int)seen["spec"]!["width"]!);
    }

    [Fact]
    public async Task Webhook_NamedByItsService_IsAskedInItsName()
    {
        await _http.SendAsync("POST", "/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"hook"},"spec":{"type":"ExternalName","externalName":"localhost"}}""");
        await _http.DefineAsync(WithService("hook", Port));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":3}"""));
        var (code, body, _) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        Assert.Equal(3, (int)body["spec"]!["width"]!);
        Assert.Equal(["hook.default.svc"], _hosts.Distinct());
    }

    [Theory]
    [InlineData(null, "https://away.default.svc:443/convert?timeout=30s")]
    [InlineData(9443, "https://away.default.svc:9443/convert?timeout=30s")]
    public async Task Webhook_WhoseServiceIsAway_FailsTheRequest(int? port, string url)
    {
        await _http.DefineAsync(WithService("away", port));
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var (code, body, _) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.Equal($"conversion webhook for example.com/v1, Kind=Widget failed: Post \"{url}\": service \"away\" not found", body.Message());
        Assert.Equal(HttpStatusCode.InternalServerError, code);
    }

    [Fact]
    public async Task Webhook_IsAskedBeforeAnythingIsShown_WhicheverWayItIsAskedFor()
    {
        await _http.DefineAsync(WithWebhook());
        for (var count = 0; count < 3; count++) { await _http.SendAsync("POST", Crds.Path(), Crds.Widget($"a{count}", """{"size":1}""")); }
        var (_, page, _) = await _http.SendAsync("GET", Crds.Path(version: "v2") + "?limit=1");
        Assert.Equal(1, (int)page["items"]![0]!["spec"]!["width"]!);
        var token = Uri.EscapeDataString((string)page["metadata"]!["continue"]!);
        (_, page, _) = await _http.SendAsync("GET", Crds.Path(version: "v2") + $"?limit=5&continue={token}");
        Assert.Equal(2, page["items"]!.AsArray().Count(static item => (int)item!["spec"]!["width"]! == 1));
        var revision = (string)page["metadata"]!["resourceVersion"]!;
        var (_, exact, _) = await _http.SendAsync("GET", Crds.Path(version: "v2") + $"?resourceVersion={revision}&resourceVersionMatch=Exact");
        Assert.All(exact["items"]!.AsArray(), static item => Assert.Equal(1, (int)item!["spec"]!["width"]!));
        (_, exact, _) = await _http.SendAsync("GET", Crds.Path(version: "v2") + "?labelSelector=none%3Dx");
        Assert.Empty(exact["items"]!.AsArray());
        var (_, fresh, _) = await _http.SendAsync("GET", Crds.Path("a0", "v2") + $"?resourceVersion={revision}");
        Assert.Equal(1, (int)fresh["spec"]!["width"]!);

        var (_, put, _) = await _http.SendAsync("PUT", Crds.Path("a0", "v2"), fresh.ToJsonString().Replace("\"width\":1", "\"width\":3", StringComparison.Ordinal));
        Assert.Equal(3, (int)put["spec"]!["width"]!);
        var seen = _http.WatchAsync(Crds.Path(version: "v2") + $"?watch=1&resourceVersion={(string)put["metadata"]!["resourceVersion"]!}", static item => (string)item["metadata"]!["name"]! == "a0");
        var (_, gone, _) = await _http.SendAsync("DELETE", Crds.Path("a0", "v2"), """{"propagationPolicy":"Background"}""");
        Assert.Equal("Success", (string)gone["status"]!);
        Assert.Equal(3, (int)(await seen.Within("the deletion"))["spec"]!["width"]!);
        var (_, all, _) = await _http.SendAsync("DELETE", Crds.Path(version: "v2"));
        Assert.Equal(2, all["items"]!.AsArray().Count(static item => (int)item!["spec"]!["width"]! == 1));
    }

    [Fact]
    public async Task InProcessClients_SeeConvertedObjects()
    {
        await _http.DefineAsync(WithWebhook());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        var client = _server.Admin.Resource<WidgetV2>();
        await using var events = client.WatchAsync(new WatchRequest(null) { Namespace = "default" }, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync().AsTask().Within("the object"));
        Assert.Equal(1, events.Current.Object!.Spec!["width"]);
        await _http.SendAsync("DELETE", Crds.Path("a"));
        Assert.True(await events.MoveNextAsync().AsTask().Within("its deletion"));
        Assert.Equal((WatchEventKind.Deleted, 1), (events.Current.Kind, events.Current.Object!.Spec!["width"]));
    }

    [Fact]
    public async Task Policies_OnAnotherVersion_SeeAndChangeConvertedObjects()
    {
        await _http.DefineAsync(WithWebhook());
        const string Match = """{"resourceRules":[{"operations":["CREATE","UPDATE"],"apiGroups":["example.com"],"apiVersions":["v2"],"resources":["widgets"]}]}""";
        await CreateAsync("mutatingadmissionpolicies", $$$"""{"kind":"MutatingAdmissionPolicy","metadata":{"name":"m"},"spec":{"reinvocationPolicy":"Never","matchConstraints":{{{Match}}},"matchConditions":[{"name":"c","expression":"object.spec.width < 10"}],"mutations":[{"patchType":"ApplyConfiguration","applyConfiguration":{"expression":"Object{spec: Object.spec{width: object.spec.width * 2}}"}},{"patchType":"JSONPatch","jsonPatch":{"expression":"[JSONPatch{op: 'replace', path: '/spec/width', value: object.spec.width + 1}]"}}]}}""");
        await CreateAsync("mutatingadmissionpolicybindings", """{"kind":"MutatingAdmissionPolicyBinding","metadata":{"name":"m"},"spec":{"policyName":"m"}}""");
        await CreateAsync("validatingadmissionpolicies", $$$"""{"kind":"ValidatingAdmissionPolicy","metadata":{"name":"v"},"spec":{"matchConstraints":{{{Match}}},"validations":[{"expression":"object.spec.width < 100 && (oldObject == null || oldObject.spec.width <= object.spec.width)","messageExpression":"'width is ' + string(object.spec.width) + ' in ' + object.apiVersion"}]}}""");
        await CreateAsync("validatingadmissionpolicybindings", """{"kind":"ValidatingAdmissionPolicyBinding","metadata":{"name":"v"},"spec":{"policyName":"v","validationActions":["Deny"]}}""");

        var (_, made, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":4}"""));
        Assert.Equal("""{"size":9}""", made["spec"]!.ToJsonString());
        var (code, refused, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("b", """{"size":200}"""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "widgets.example.com \"b\" is forbidden: ValidatingAdmissionPolicy 'v' with binding 'v' denied request: width is 200 in example.com/v2"), (code, refused.Message()));
        (code, refused, _) = await _http.SendAsync("PATCH", Crds.Path("a"), """{"spec":{"size":1}}""", "application/merge-patch+json");
        Assert.EndsWith("denied request: width is 3 in example.com/v2", refused.Message(), StringComparison.Ordinal);

        async Task CreateAsync(string resource, string body)
        {
            var (created, answer, _) = await _http.SendAsync("POST", "/apis/admissionregistration.k8s.io/v1/" + resource, body);
            Assert.True(created == HttpStatusCode.Created, answer.ToJsonString());
            await _http.SendAsync("GET", "/apis/admissionregistration.k8s.io/v1/" + resource);
        }
    }

    [KubernetesEntity(Group = "example.com", ApiVersion = "v2", Kind = "Widget", PluralName = "widgets")]
    private sealed record WidgetV2 : IKubernetesObject<V1ObjectMeta>
    {
        [JsonPropertyName("apiVersion")]
        public string ApiVersion { get; set; } = "example.com/v2";

        [JsonPropertyName("kind")]
        public string Kind { get; set; } = "Widget";

        [JsonPropertyName("metadata")]
        public V1ObjectMeta Metadata { get; set; } = new();

        [JsonPropertyName("spec")]
        public Dictionary<string, int>? Spec { get; set; }
    }

    // The webhook calls size in one version what is width in the other.
    [Fact]
    public async Task ManagedFields_OfEachVersion_FollowTheFieldToItsNameThere()
    {
        await _http.DefineAsync(WithWebhook());
        await _http.SendAsync("POST", Crds.Path() + "?fieldManager=one", Crds.Widget("a", """{"size":1}"""));
        var (_, same, _) = await _http.SendAsync("PATCH", Crds.Path("a", "v2") + "?fieldManager=labels", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        Assert.Equal(["labels example.com/v2 {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:a\":{}}}}", "one example.com/v1 {\"f:spec\":{\".\":{},\"f:size\":{}}}"], Owners(same));

        var (_, changed, _) = await _http.SendAsync("PATCH", Crds.Path("a", "v2") + "?fieldManager=two", """{"spec":{"width":7}}""", "application/merge-patch+json");
        Assert.Contains("two example.com/v2 {\"f:spec\":{\"f:width\":{}}}", Owners(changed));
        Assert.Contains("one example.com/v1 {\"f:spec\":{}}", Owners(changed));

        var apply = """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":9}}""";
        var (code, refused, _) = await _http.SendAsync("PATCH", Crds.Path("a") + "?fieldManager=three", apply, "application/apply-patch+yaml");
        Assert.Equal((HttpStatusCode.Conflict, "Apply failed with 1 conflict: conflict with \"two\" using example.com/v2: .spec.width"), (code, refused.Message()));
        var (_, forced, _) = await _http.SendAsync("PATCH", Crds.Path("a") + "?fieldManager=three&force=true", apply, "application/apply-patch+yaml");
        Assert.Contains("three example.com/v1 {\"f:spec\":{\"f:size\":{}}}", Owners(forced));
        Assert.DoesNotContain(Owners(forced), static owner => owner.StartsWith("two ", StringComparison.Ordinal));

        // What was applied in one version is taken back in the other.
        apply = """{"apiVersion":"example.com/v2","kind":"Widget","metadata":{"name":"a"}}""";
        var (_, less, _) = await _http.SendAsync("PATCH", Crds.Path("a", "v2") + "?fieldManager=three", apply, "application/apply-patch+yaml");
        Assert.True(less["spec"]?["width"] is null, less.ToJsonString());
    }

    [Fact]
    public async Task Apply_GivenUpByItsClient_LeavesTheWebhook()
    {
        await _http.DefineAsync(WithWebhook());
        await _http.SendAsync("POST", Crds.Path() + "?fieldManager=one", Crds.Widget("a", """{"size":1}"""));
        await _http.SendAsync("PATCH", Crds.Path("a", "v2") + "?fieldManager=two", """{"spec":{"width":7}}""", "application/merge-patch+json");
        var (asked, left) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _before = async aborted =>
        {
            asked.TrySetResult();
            await using var leaving = aborted.Register(() => left.TrySetResult());
            await left.Task;
        };

        using var given = new CancellationTokenSource();
        using var apply = new HttpRequestMessage(HttpMethod.Patch, new Uri(Crds.Path("a") + "?fieldManager=three", UriKind.Relative))
        {
            Content = new StringContent("""{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":9}}""", Encoding.UTF8, "application/apply-patch+yaml"),
        };
        var answer = _http.SendAsync(apply, given.Token);
        await asked.Task.Within("the webhook to be asked");
        await given.CancelAsync();
        await left.Task.Within("the webhook's request to be given up");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"response":{"uid":"UID","result":{"status":"Failed","message":"no such width"}}}""", "conversion webhook for example.com/v1, Kind=Widget failed: no such width" },
        { """{"response":{"uid":"UID","result":{"status":"Success"},"convertedObjects":[]}}""", "conversion webhook for example.com/v1, Kind=Widget returned 0 objects, expected 1" },
        { """{"response":{"uid":"UID","result":{"status":"Success"},"convertedObjects":[{"apiVersion":"example.com/v1","kind":"Widget"}]}}""", "conversion webhook for example.com/v1, Kind=Widget returned invalid converted object at index 0: invalid groupVersion (expected example.com/v2, received example.com/v1)" },
        { """{}""", "conversion webhook for example.com/v1, Kind=Widget failed: no response provided" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Webhook_ThatFails_FailsTheRequest(string answer, string message)
    {
        await _http.DefineAsync(WithWebhook());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("a", """{"size":1}"""));
        _answer = review => (JsonObject)JsonNode.Parse(answer.Replace("UID", (string)review["request"]!["uid"]!, StringComparison.Ordinal))!;
        var (code, body, _) = await _http.SendAsync("GET", Crds.Path("a", "v2"));
        Assert.Equal(message, body.Message());
        Assert.Equal(HttpStatusCode.InternalServerError, code);
    }

    private static List<string> Owners(JsonNode value)
        => [.. value["metadata"]!["managedFields"]!.AsArray().Select(static entry => $"{(string?)entry!["manager"]} {(string?)entry["apiVersion"]} {entry["fieldsV1"]!.ToJsonString()}").Order(StringComparer.Ordinal)];

    private static JsonObject TwoVersions()
    {
        var definition = Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"}}}""");
        var other = (JsonObject)Crds.Widgets("""{"type":"object","properties":{"width":{"type":"integer"}}}""")["spec"]!["versions"]![0]!.DeepClone();
        other["name"] = "v2";
        other["storage"] = false;
        definition["spec"]!["versions"]!.AsArray().Add(other);
        return definition;
    }

    private int Port => new Uri(_webhook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private JsonObject WithService(string name, int? port)
    {
        var definition = WithWebhook();
        var client = definition["spec"]!["conversion"]!["webhook"]!["clientConfig"]!.AsObject();
        client.Remove("url");
        client["service"] = new JsonObject { ["namespace"] = "default", ["name"] = name, ["path"] = "/convert" };
        if (port is not null) { client["service"]!["port"] = port; }
        return definition;
    }

    private JsonObject WithWebhook()
    {
        var definition = TwoVersions();
        definition["spec"]!["conversion"] = new JsonObject
        {
            ["strategy"] = "Webhook",
            ["webhook"] = new JsonObject
            {
                ["conversionReviewVersions"] = new JsonArray("v1"),
                ["clientConfig"] = new JsonObject { ["url"] = $"https://localhost:{Port}/convert", ["caBundle"] = System.Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem())) },
            },
        };
        return definition;
    }

    private static JsonObject Convert(JsonObject review)
    {
        var request = review["request"]!;
        var wanted = (string)request["desiredAPIVersion"]!;
        var (from, to) = wanted.EndsWith("v2", StringComparison.Ordinal) ? ("size", "width") : ("width", "size");
        var converted = new JsonArray();
        foreach (var item in request["objects"]!.AsArray())
        {
            var copy = item!.DeepClone();
            copy["apiVersion"] = wanted;
            copy["spec"] = copy["spec"]?[from] is { } value ? new JsonObject { [to] = value.DeepClone() } : new JsonObject();
            converted.Add(copy);
        }

        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "ConversionReview",
            ["response"] = new JsonObject { ["uid"] = (string)request["uid"]!, ["result"] = new JsonObject { ["status"] = "Success" }, ["convertedObjects"] = converted },
        };
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("hook.default.svc");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
