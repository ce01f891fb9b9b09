using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Security;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Serving;

public sealed class HttpTests : HttpServerTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    public static TheoryData<string, string, string, string?, string?, int, string> BadRequests => new()
    {
        { "unknown resource", "GET", "/api/v1/foos", null, null, 404, "the server could not find the requested resource" },
        { "unknown subresource", "GET", Maps + "/a/status", null, null, 404, "the server could not find the requested resource" },
        { "absent object", "GET", Maps + "/nothing", null, null, 404, "configmaps \"nothing\" not found" },
        { "absent object of a group", "GET", "/apis/apps/v1/namespaces/default/deployments/x", null, null, 404, "deployments.apps \"x\" not found" },
        { "post to a name", "POST", Maps + "/a", "{}", "application/json", 405, "the server does not allow this method on the requested resource" },
        { "malformed JSON", "POST", Maps, "{\"metadata\":", "application/json", 400, "unexpected end of JSON input" },
        { "not JSON at all", "POST", Maps, "\"x\"", "application/json", 400, "ConfigMap" },
        { "wrong type of a field", "POST", Maps, "{\"metadata\":{\"name\":5}}", "application/json", 400, "cannot unmarshal number into Go struct field" },
        { "wrong kind", "POST", Maps, "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\"}}", "application/json", 400, "cannot be handled as a ConfigMap" },
        { "unknown field, strict", "POST", Maps + "?fieldValidation=Strict", "{\"metadata\":{\"name\":\"a\"},\"foo\":1}", "application/json", 400, "unknown field \"foo\"" },
        { "another namespace", "POST", Maps, "{\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"}}", "application/json", 400, "the namespace of the provided object does not match the namespace sent on the request" },
        { "another name", "PUT", Maps + "/a", "{\"metadata\":{\"name\":\"b\"}}", "application/json", 400, "the name of the object (b) does not match the name on the URL (a)" },
        { "no name", "PUT", Maps + "/a", "{}", "application/json", 400, "the name of the object (a based on URL) was undeterminable: name must be provided" },
        { "unknown body type", "POST", Maps, "x", "text/html", 415, "the body of the request was in an unknown format" },
        { "unknown patch type", "PATCH", Maps + "/kube-root", "{}", "application/apply-patch+cbor", 415, "the body of the request was in an unknown format" },
        { "export", "GET", "/api/v1/namespaces/default?export=true", null, null, 400, "the export parameter, deprecated since v1.14, is no longer supported" },
        { "bad label selector", "GET", Maps + "?labelSelector=a%3D%3D%3Db", null, null, 400, "unable to parse requirement" },
        { "bad field selector", "GET", "/api/v1/pods?fieldSelector=spec.foo%3Dx", null, null, 400, "field label not supported: spec.foo" },
        { "bad version", "GET", Maps + "?resourceVersion=abc", null, null, 400, "Invalid value: \"abc\"" },
        { "bad continue", "GET", Maps + "?continue=abc", null, null, 400, "continue key is not valid" },
        { "bad match", "GET", Maps + "?resourceVersionMatch=Exact", null, null, 422, "resourceVersionMatch is forbidden unless resourceVersion is provided" },
        { "bad dry run", "POST", Maps + "?dryRun=Some", "{\"metadata\":{\"name\":\"a\"}}", "application/json", 422, "Unsupported value: [\"Some\"]" },
        { "bad propagation", "DELETE", Maps + "/a?propagationPolicy=Never", null, null, 422, "Unsupported value: \"Never\"" },
        { "future version", "GET", Maps + "?resourceVersion=99999999&resourceVersionMatch=Exact", null, null, 504, "Too large resource version: 99999999" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task BadRequest_IsRefusedAsUpstreamDoes(string name, string method, string path, string? body, string? contentType, int code, string message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) { request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType!)); }
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        using var status = JsonDocument.Parse(text);

        Assert.True((int)response.StatusCode == code, $"{name}: {text}");
        Assert.Equal("Status", status.RootElement.GetProperty("kind").GetString());
        Assert.Equal("Failure", status.RootElement.GetProperty("status").GetString());
        Assert.Equal(code, status.RootElement.GetProperty("code").GetInt32());
        Assert.Contains(message, status.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oversize_IsTooLarge()
    {
        var body = new StringContent("{\"data\":{\"a\":\"" + new string('x', 3 << 20) + "\"}}", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(Maps, UriKind.Relative), body);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("Request entity too large: limit is 3145728", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_WithAWrongToken_IsUnauthorized()
    {
        using var http = _server.Http("bad");
        using var response = await http.GetAsync(new Uri(Maps, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("\"reason\":\"Unauthorized\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anonymous_IsForbiddenButMayAskForHealth()
    {
        using var http = _server.Http(null);
        using var response = await http.GetAsync(new Uri(Maps, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("ok", await http.GetStringAsync(new Uri("/livez", UriKind.Relative)));
        Assert.Contains("[+]etcd ok\n", await http.GetStringAsync(new Uri("/readyz?verbose", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("ok", await _http.GetStringAsync(new Uri("/readyz/ping", UriKind.Relative)));
    }

    [Fact]
    public async Task Object_InEachForm_IsAsAsked()
    {
        await CreateAsync("a", "{\"x\":\"1\"}");
        Assert.Equal("1", (await JsonAsync(Maps + "/a")).GetProperty("data").GetProperty("x").GetString());

        var table = await JsonAsync(Maps + "/a", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(("Table", "a"), (table.GetProperty("kind").GetString(), table.GetProperty("rows")[0].GetProperty("cells")[0].GetString()));

        var partial = await JsonAsync(Maps + "/a", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        Assert.Equal(("PartialObjectMetadata", "a"), (partial.GetProperty("kind").GetString(), partial.GetProperty("metadata").GetProperty("name").GetString()));
        Assert.False(partial.TryGetProperty("data", out _));

        var partials = await JsonAsync(Maps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
        Assert.Equal("PartialObjectMetadataList", partials.GetProperty("kind").GetString());

        using var yaml = await SendAsync(Maps + "/a", "application/yaml");
        Assert.Equal("application/yaml", yaml.Content.Headers.ContentType!.MediaType);
        Assert.Contains("kind: ConfigMap", await yaml.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var none = await SendAsync(Maps + "/a", "text/html");
        Assert.Equal(HttpStatusCode.NotAcceptable, none.StatusCode);
    }

    [Fact]
    public async Task LargeList_Compressed_SaysTheSame()
    {
        for (var number = 0; number < 20; number++) { await CreateAsync($"big-{number}", $"{{\"x\":\"{new string('y', 20_000)}\"}}"); }
        var plain = await _http.GetStringAsync(new Uri(Maps, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps);
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var response = await _http.SendAsync(request);
        Assert.Equal("gzip", response.Content.Headers.ContentEncoding.Single());
        await using var unzipped = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped);
        Assert.Equal(plain, await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task UnknownField_IsWarnedAbout()
    {
        using var response = await _http.PostAsync(new Uri(Maps, UriKind.Relative), new StringContent("{\"metadata\":{\"name\":\"w\"},\"foo\":1}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("299 - \"unknown field \\\"foo\\\"\"", response.Headers.GetValues("Warning").Single());
    }

    [Fact]
    public async Task DryRun_ChangesNothing()
    {
        using var made = await _http.PostAsync(new Uri(Maps + "?dryRun=All", UriKind.Relative), new StringContent("{\"metadata\":{\"name\":\"d\"}}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.DoesNotContain("resourceVersion", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var absent = await _http.GetAsync(new Uri(Maps + "/d", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);

        await CreateAsync("d", "{}");
        using var gone = await _http.DeleteAsync(new Uri(Maps + "/d?dryRun=All", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        Assert.Equal("d", (await JsonAsync(Maps + "/d")).GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Delete_Answers_LikeUpstream()
    {
        await CreateAsync("a", "{}");
        using var response = await _http.DeleteAsync(new Uri(Maps + "/a", UriKind.Relative));
        using var status = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("Success", status.RootElement.GetProperty("status").GetString());
        Assert.Equal("configmaps", status.RootElement.GetProperty("details").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task DeleteCollection_TakesWhatTheSelectorSays()
    {
        foreach (var name in (string[])["a", "b"])
        {
            using var made = await _http.PostAsync(new Uri(Maps, UriKind.Relative), new StringContent($$"""{"metadata":{"name":"{{name}}","labels":{"l":"{{name}}" } } }""", Encoding.UTF8, "application/json"));
        }

        using var response = await _http.DeleteAsync(new Uri(Maps + "?labelSelector=l%3Da", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var left = await JsonAsync(Maps);
        Assert.Equal(["b"], left.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("metadata").GetProperty("name").GetString()).Where(name => name is "a" or "b"));
    }

    [Fact]
    public async Task Watch_SendsWhatIsThereThenChangesThenABookmarkAtItsEnd()
    {
        await CreateAsync("a", "{}");
        using var response = await _http.GetAsync(
            new Uri(Maps + "?watch=1&allowWatchBookmarks=true&timeoutSeconds=2&fieldSelector=metadata.name%3Da", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(("ADDED", "a"), await EventAsync(reader));
        Assert.Equal(("BOOKMARK", null), await EventAsync(reader));
        await CreateAsync("b", "{}");
        using var deleted = await _http.DeleteAsync(new Uri(Maps + "/a", UriKind.Relative));
        Assert.Equal(("DELETED", "a"), await EventAsync(reader));
        Assert.Equal(("BOOKMARK", null), await EventAsync(reader));
        Assert.Null(await reader.ReadLineAsync().Within("the watch to end"));
    }

    [Fact]
    public async Task WatchList_SendsEverythingThenSaysSo()
    {
        await CreateAsync("a", "{}");
        using var response = await _http.GetAsync(
            new Uri(Maps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1&fieldSelector=metadata.name%3Da", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(("ADDED", "a"), await EventAsync(reader));
        var line = await reader.ReadLineAsync().Within("the bookmark");
        Assert.Contains("\"k8s.io/initial-events-end\":\"true\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_FromTooLongAgo_IsToldInTheStream()
    {
        // As after a restart: nothing from before the load is known.
        var cache = _server.Services.GetRequiredService<StoreMirror>().CacheOf("/registry/core/configmaps/");
        cache.Load(cache.Snapshot.Objects, 1000);
        using var response = await _http.GetAsync(new Uri(Maps + "?watch=1&resourceVersion=5", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("ERROR", json.RootElement.GetProperty("type").GetString());
        Assert.Equal(410, json.RootElement.GetProperty("object").GetProperty("code").GetInt32());
        Assert.Equal("too old resource version: 5 (1000)", json.RootElement.GetProperty("object").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Discovery_BothForms_NameTheSameResources()
    {
        var plain = await JsonAsync("/api/v1");
        var names = plain.GetProperty("resources").EnumerateArray().Select(item => item.GetProperty("name").GetString()!).ToList();
        foreach (var name in (string[])["pods", "pods/status", "pods/exec", "pods/log", "pods/binding", "pods/eviction", "namespaces/finalize", "serviceaccounts/token", "bindings"]) { Assert.Contains(name, names); }

        const string accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
        using var response = await SendAsync("/api", accept);
        Assert.Equal("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", response.Content.Headers.ContentType!.ToString().Replace(" ", "", StringComparison.Ordinal));
        using var aggregated = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var resources = aggregated.RootElement.GetProperty("items")[0].GetProperty("versions")[0].GetProperty("resources").EnumerateArray().ToList();
        var flat = resources.SelectMany(item => (item.TryGetProperty("subresources", out var below)
                ? below.EnumerateArray().Select(sub => $"{item.GetProperty("resource").GetString()}/{sub.GetProperty("subresource").GetString()}") : [])
            .Append(item.GetProperty("resource").GetString()!));
        Assert.Equal(names.Order(StringComparer.Ordinal), flat.Order(StringComparer.Ordinal));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/api");
        again.Headers.TryAddWithoutValidation("Accept", accept);
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await _http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task Metrics_CountRequests()
    {
        await JsonAsync(Maps);
        var text = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("apiserver_request_duration_seconds_count{verb=\"list\",group=\"\",resource=\"configmaps\",subresource=\"\",code=\"200\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManyAtOnce_AreToldToComeAgain()
    {
        var (gate, entered) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await TestServer.ListenAsync(options => (options.MaxReadsInFlight, options.MaxWritesInFlight) = (1, 1), services => services.AddSingleton<IAdmissionPlugin>(new Gate(gate.Task, entered)));
        await server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = "ops" }, RoleRef = new V1RoleRef { Kind = "ClusterRole", Name = "cluster-admin" }, Subjects = [new Rbacv1Subject { Kind = "Group", Name = "ops" }],
        }, CancellationToken.None);
        await server.Admin.Resource<V1FlowSchema>().CreateAsync(new V1FlowSchema
        {
            Metadata = new V1ObjectMeta { Name = "ops" },
            Spec = new V1FlowSchemaSpec
            {
                MatchingPrecedence = 100,
                PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "catch-all" },
                Rules =
                [
                    new V1PolicyRulesWithSubjects
                    {
                        Subjects = [new Flowcontrolv1Subject { Kind = "Group", Group = new V1GroupSubject { Name = "ops" } }],
                        ResourceRules = [new V1ResourcePolicyRule { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"], Namespaces = ["*"] }],
                    },
                ],
            },
        }, CancellationToken.None);
        using var http = server.Http("joe/ops");
        await server.Admin.Resource<V1FlowSchema>().ListAsync(new ListRequest(), CancellationToken.None);
        var slow = http.PostAsync(new Uri(Maps, UriKind.Relative), new StringContent("{\"metadata\":{\"name\":\"slow\"}}", Encoding.UTF8, "application/json"));
        await entered.Task.Within("a write at its gate");
        var third = await http.DeleteAsync(new Uri(Maps + "/none", UriKind.Relative));
        // Whoever may do everything is not held up by the others.
        using var admin = server.Http();
        var fourth = await admin.DeleteAsync(new Uri(Maps + "/none", UriKind.Relative));
        gate.SetResult();
        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.NotFound), (third.StatusCode, fourth.StatusCode));
        Assert.Equal("1", third.Headers.GetValues("Retry-After").Single());
        var schema = await server.Admin.Resource<V1FlowSchema>().GetAsync(Orch.Resources.ObjectKey.Cluster("ops"), CancellationToken.None);
        Assert.Equal(schema.Metadata.Uid, third.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID").Single());
        Assert.True(third.Headers.Contains("X-Kubernetes-PF-PriorityLevel-UID"));
        third.Dispose();
        fourth.Dispose();
        using var made = await slow;
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    [Fact]
    public async Task Impersonation_ActsAsTheOther()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Maps);
        request.Headers.Add("Impersonate-User", "jane");
        using var response = await _http.SendAsync(request);
        Assert.Contains("User \\\"jane\\\" cannot list", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithOpenWatches_EndsThem()
    {
        var server = await TestServer.ListenAsync();
        using var http = server.Http();
        using var response = await http.GetAsync(new Uri("/api/v1/pods?watch=1", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        await server.DisposeAsync().AsTask().Within("the server to stop");
        Assert.Null(await reader.ReadLineAsync().Within("the watch to end"));
    }

    private static async Task<(string?, string?)> EventAsync(StreamReader reader)
    {
        var line = await reader.ReadLineAsync().Within("an event");
        using var json = JsonDocument.Parse(line!);
        var metadata = json.RootElement.GetProperty("object").GetProperty("metadata");
        return (json.RootElement.GetProperty("type").GetString(), metadata.TryGetProperty("name", out var name) ? name.GetString() : null);
    }

    private async Task CreateAsync(string name, string data)
    {
        using var response = await _http.PostAsync(new Uri(Maps, UriKind.Relative), new StringContent($$"""{"metadata":{"name":"{{name}}"},"data":{{data}}}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _http.SendAsync(request);
    }

    private async Task<JsonElement> JsonAsync(string path, string accept = "application/json")
    {
        using var response = await SendAsync(path, accept);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    private sealed class Gate(Task open, TaskCompletionSource entered) : IMutatingAdmission
    {
        public string Name => "gate";

        public bool Handles(AdmissionOperation operation, Orch.Resources.GroupVersionResource resource, string subresource)
            => operation == AdmissionOperation.Create && resource.Resource == "configmaps";

        public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
        {
            if (request.Name != "slow") { return; }
            entered.TrySetResult();
            await open.WaitAsync(cancellationToken);
        }
    }
}
