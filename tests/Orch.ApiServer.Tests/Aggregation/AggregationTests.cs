using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Aggregation;

public sealed class AggregationTests : HttpServerTests
{
    private const string Services = "/apis/apiregistration.k8s.io/v1/apiservices";
    private readonly List<string> _seen = [];

    [Fact]
    public async Task LocalGroups_HaveTheirApiServices_AndCustomOnesComeAndGo()
    {
        var core = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.", static _ => true).Within("the core's service");
        Assert.Equal("Local", (string)core["status"]!["conditions"]![0]!["reason"]!);
        Assert.Equal("onstart", (string)core["metadata"]!["labels"]!["kube-aggregator.kubernetes.io/automanaged"]!);
        await _http.DefineAsync(Crds.Widgets());
        var custom = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.example.com", static _ => true).Within("the custom group's service");
        Assert.Equal((1000, 100), ((int)custom["spec"]!["groupPriorityMinimum"]!, (int)custom["spec"]!["versionPriority"]!));
        var gone = _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.example.com&resourceVersion={(string)custom["metadata"]!["resourceVersion"]!}", static _ => true, "DELETED");
        await (await _http.UndefineAsync()).Gone;
        await gone.Within("the custom group's service to go");
    }

    [Theory]
    [InlineData("""{"group":"x.example.com","version":"v2","groupPriorityMinimum":1,"versionPriority":1}""", "metadata.name: Invalid value: \"v1.x.example.com\": must be `spec.version+\".\"+spec.group`: \"v2.x.example.com\"")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":0,"versionPriority":1001}""", "[spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000, spec.versionPriority: Invalid value: 1001: must be positive and less than 1000]")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":1,"versionPriority":1,"insecureSkipTLSVerify":true}""", "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify")]
    [InlineData("""{"group":"x.example.com","version":"v1","groupPriorityMinimum":1,"versionPriority":1,"service":{"name":"a"}}""", "spec.service.namespace: Required value")]
    public async Task Create_Wrong_IsRefusedInUpstreamsWords(string spec, string message)
    {
        var (code, body, _) = await _http.SendAsync("POST", Services, $$"""{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.x.example.com"},"spec":{{spec}}}""");
        Assert.Equal($"APIService.apiregistration.k8s.io \"v1.x.example.com\" is invalid: {message}", body.Message());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task ExtensionServers_FindOutWhomToTrust()
    {
        var (_, map, _) = await _http.SendAsync("GET", "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication");
        Assert.Equal("[\"front-proxy-client\"]", (string)map["data"]!["requestheader-allowed-names"]!);
        Assert.Contains("BEGIN CERTIFICATE", (string)map["data"]!["requestheader-client-ca-file"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_GoToTheService_InTheNameOfWhoAsks()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        using var jane = _server.Http("jane/system:masters,dev");
        using var message = new HttpRequestMessage(HttpMethod.Get, "/apis/metrics.example.com/v1/namespaces/default/readings/a?x=1");
        message.Headers.Add("X-Remote-User", "root");
        var answer = await jane.SendAsync(message);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"kind":"Reading","apiVersion":"metrics.example.com/v1","user":"jane","groups":"system:masters,dev,system:authenticated","client":"CN=front-proxy-client","query":"?x=1"}""", await answer.Content.ReadAsStringAsync());

        var (_, group, _) = await _http.SendAsync("GET", "/apis/metrics.example.com");
        Assert.Equal("v1", (string)group["preferredVersion"]!["version"]!);
        var (_, index, _) = await _http.SendAsync("GET", "/openapi/v3");
        Assert.Equal("/openapi/v3/apis/metrics.example.com/v1?hash=1", (string)index["paths"]!["apis/metrics.example.com/v1"]!["serverRelativeURL"]!);
        Assert.NotNull(index["paths"]!["api/v1"]);
        var (_, document, _) = await _http.SendAsync("GET", "/openapi/v3/apis/metrics.example.com/v1?hash=1");
        Assert.Equal("readings", (string)document["info"]!["title"]!);
    }

    [Fact]
    public async Task ServiceThatIsAway_IsUnavailable_AndKeepsItsPlaceInDiscovery()
    {
        var backend = await BackendAsync();
        await RegisterAsync(backend);
        await backend.DisposeAsync();
        await _http.SendAsync("DELETE", "/api/v1/namespaces/default/services/metrics");
        await _http.SendAsync("PATCH", $"{Services}/v1.metrics.example.com", """{"spec":{"versionPriority":14}}""", "application/merge-patch+json");
        var item = await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.metrics.example.com", static item => Crds.Condition(item, "Available") == "False").Within("the service to be found away");
        Assert.Equal("ServiceNotFound", (string)item["status"]!["conditions"]![0]!["reason"]!);
        var (code, body, _) = await _http.SendAsync("GET", "/apis/metrics.example.com/v1/namespaces/default/readings/a");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "service unavailable\n"), (code, body.GetValue<string>()));
    }

    [Fact]
    public async Task Discovery_IsInTheOrderOfThePriorities()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        await _http.DefineAsync(Crds.Widgets());
        await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.example.com", static _ => true).Within("the custom group's service");
        string[] local =
        [
            "apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io", "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "networking.k8s.io", "policy",
            "rbac.authorization.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io", "apiextensions.k8s.io", "scheduling.k8s.io", "coordination.k8s.io", "node.k8s.io", "discovery.k8s.io",
            "flowcontrol.apiserver.k8s.io", "resource.k8s.io",
        ];
        await OrderedAsync([.. local, "example.com", "metrics.example.com"]);

        await _http.SendAsync("PATCH", $"{Services}/v1.metrics.example.com", """{"spec":{"groupPriorityMinimum":17650}}""", "application/merge-patch+json");
        var place = Array.IndexOf(local, "authorization.k8s.io");
        await OrderedAsync([.. local[..place], "metrics.example.com", .. local[place..], "example.com"]);

        var (_, autoscaling, _) = await _http.SendAsync("GET", "/apis/autoscaling");
        Assert.Equal(["v2", "v1"], autoscaling["versions"]!.AsArray().Select(static item => (string)item!["version"]!));
    }

    [Fact]
    public async Task OpenApiV2_OfTheService_IsPartOfTheWhole()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        await Patience.UntilAsync(async () => (await V2Async())["paths"]!.AsObject().ContainsKey("/apis/metrics.example.com/v1/namespaces/{namespace}/readings"), "the service's paths");
        var document = await V2Async();
        Assert.True(document["paths"]!.AsObject().ContainsKey("/api/v1/pods"));
        Assert.False(document["paths"]!.AsObject().ContainsKey("/healthz"));
        Assert.Equal("#/definitions/com.example.metrics.ReadingList", (string)document["paths"]!["/apis/metrics.example.com/v1/namespaces/{namespace}/readings"]!["get"]!["responses"]!["200"]!["schema"]!["$ref"]!);
        var definitions = document["definitions"]!.AsObject();
        Assert.Equal("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta_v2", (string)definitions["com.example.metrics.ReadingList"]!["properties"]!["metadata"]!["$ref"]!);
        Assert.Equal("another", (string)definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta_v2"]!["description"]!);
        Assert.False(definitions.ContainsKey("com.example.metrics.Unused"));

        using var message = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        message.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        using var binary = await _http.SendAsync(message);
        Assert.Contains("com.example.metrics.ReadingList", Encoding.Latin1.GetString(await binary.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        again.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        again.Headers.TryAddWithoutValidation("If-None-Match", binary.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, (await _http.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task Watch_OverAWebSocket_GoesThrough()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        using var socket = Socket("jane/system:masters");
        await socket.ConnectAsync(new Uri($"wss://{_server.Address.Authority}/apis/metrics.example.com/v1/namespaces/default/readings?watch=1"), CancellationToken.None).Within("the upgrade");
        Assert.Equal("""{"type":"ADDED","object":{"user":"jane"}}""", await TextAsync(socket));
        await socket.SendAsync(Encoding.UTF8.GetBytes("more"), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Assert.Equal("more", await TextAsync(socket));
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Within("the close");
    }

    [Theory]
    [InlineData("readings?watch=1&refuse=403", "HTTP/1.1 403 Forbidden", "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\"not you\",\"code\":403}")]
    [InlineData("readings?watch=1&refuse=503&chunked=1", "HTTP/1.1 503 Service Unavailable", "come again")]
    public async Task Upgrade_ThatTheServiceRefuses_IsAnsweredInItsWords(string path, string status, string body)
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        var answer = await RawAsync(path, "websocket", string.Empty, until: body);
        Assert.StartsWith(status, answer, StringComparison.Ordinal);
        Assert.EndsWith(body, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherProtocol_GoesThroughByteForByte()
    {
        await using var backend = await BackendAsync();
        await RegisterAsync(backend);
        var answer = await RawAsync("readings/a/exec", "SPDY/3.1", "ping\0pong", until: "ping\0pong!");
        Assert.StartsWith("HTTP/1.1 101 Switching Protocols", answer, StringComparison.Ordinal);
        Assert.Contains("Upgrade: SPDY/3.1", answer, StringComparison.Ordinal);
        Assert.EndsWith("jane ping\0pong!", answer, StringComparison.Ordinal);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> V2Async() => (await _http.SendAsync("GET", "/openapi/v2")).Body;

    private async Task OrderedAsync(string[] expected)
    {
        string[] plain = [], aggregated = [];
        try
        {
            await Patience.UntilAsync(async () =>
            {
                plain = [.. (await _http.SendAsync("GET", "/apis")).Body["groups"]!.AsArray().Select(static item => (string)item!["name"]!)];
                using var message = new HttpRequestMessage(HttpMethod.Get, "/apis");
                message.Headers.TryAddWithoutValidation("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
                using var answer = await _http.SendAsync(message);
                aggregated = [.. System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["name"]!)];
                return expected.SequenceEqual(plain) && expected.SequenceEqual(aggregated);
            }, "the order");
        }
        catch (TimeoutException)
        {
            Assert.Equal(expected, plain);
            Assert.Equal(expected, aggregated);
            throw;
        }
    }

    private System.Net.WebSockets.ClientWebSocket Socket(string token)
    {
        var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        var trust = _server.Certificates.Trust();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy = trust;
            return chain.Build(new X509Certificate2(certificate!));
        };
        return socket;
    }

    private static async Task<string> TextAsync(System.Net.WebSockets.ClientWebSocket socket)
    {
        var buffer = new byte[1024];
        var result = await socket.ReceiveAsync(buffer, CancellationToken.None).Within("a message");
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }

    private async Task<string> RawAsync(string path, string protocol, string sent, string until)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
        await using var secure = new System.Net.Security.SslStream(client.GetStream());
        await secure.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions { TargetHost = _server.Address.Host, CertificateChainPolicy = _server.Certificates.Trust() });
        var key = protocol == "websocket" ? "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" : string.Empty;
        await secure.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /apis/metrics.example.com/v1/namespaces/default/{path} HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nAuthorization: Bearer jane/system:masters\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n{key}\r\n"));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        var hasSent = false;
        while (!text.ToString().EndsWith(until, StringComparison.Ordinal) && await secure.ReadAsync(buffer).AsTask().Within("an answer") is > 0 and var read)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (hasSent || !text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || sent.Length == 0) { continue; }
            hasSent = true;
            await secure.WriteAsync(Encoding.Latin1.GetBytes(sent));
        }

        return text.ToString();
    }

    private async Task<WebApplication> BackendAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = Certificate();
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = static (_, _, _) => true;
        })));
        var app = builder.Build();
        app.MapGet("/apis/metrics.example.com/v1", static () => Results.Text("""{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"metrics.example.com/v1","resources":[{"name":"readings","singularName":"reading","namespaced":true,"kind":"Reading","verbs":["get","list"]}]}""", "application/json"));
        app.MapGet("/openapi/v3", static () => Results.Text("""{"paths":{"apis/metrics.example.com/v1":{"serverRelativeURL":"/openapi/v3/apis/metrics.example.com/v1?hash=1"}}}""", "application/json"));
        app.MapGet("/openapi/v3/apis/metrics.example.com/v1", static () => Results.Text("""{"openapi":"3.0.0","info":{"title":"readings"}}""", "application/json"));
        app.MapGet("/apis/metrics.example.com/v1/namespaces/default/readings/a", (HttpContext http) =>
        {
            _seen.Add(http.Request.Path);
            return Results.Text($$"""{"kind":"Reading","apiVersion":"metrics.example.com/v1","user":"{{http.Request.Headers["X-Remote-User"]}}","groups":"{{string.Join(',', http.Request.Headers["X-Remote-Group"].AsEnumerable())}}","client":"{{http.Connection.ClientCertificate?.Subject}}","query":"{{http.Request.QueryString}}"}""", "application/json");
        });
        app.MapGet("/openapi/v2", static () => Results.Text(Swagger, "application/json"));
        app.UseWebSockets();
        app.MapGet("/apis/metrics.example.com/v1/namespaces/default/readings", async (HttpContext http) =>
        {
            if (http.Request.Query["refuse"].ToString() is { Length: > 0 } code)
            {
                http.Response.StatusCode = int.Parse(code, System.Globalization.CultureInfo.InvariantCulture);
                var isChunked = http.Request.Query.ContainsKey("chunked");
                var text = isChunked ? "come again" : """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"not you","code":403}""";
                http.Response.ContentLength = isChunked ? null : text.Length;
                foreach (var part in text.Chunk(4)) { await http.Response.WriteAsync(new string(part)); await http.Response.Body.FlushAsync(); }
                return;
            }

            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes("""{"type":"ADDED","object":{"user":"USER"}}""".Replace("USER", http.Request.Headers["X-Remote-User"], StringComparison.Ordinal)), System.Net.WebSockets.WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var buffer = new byte[100];
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (result.MessageType == System.Net.WebSockets.WebSocketMessageType.Close) { break; }
                await socket.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
            }

            await socket.CloseOutputAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        });
        app.MapGet("/apis/metrics.example.com/v1/namespaces/default/readings/a/exec", async (HttpContext http) =>
        {
            http.Response.Headers.Upgrade = http.Request.Headers.Upgrade;
            await using var stream = await http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!.UpgradeAsync();
            var buffer = new byte[9];
            await stream.ReadExactlyAsync(buffer);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{http.Request.Headers["X-Remote-User"]} {Encoding.Latin1.GetString(buffer)}!"));
            await stream.FlushAsync();
        });
        await app.StartAsync();
        return app;
    }

    private const string Swagger = """
        {"swagger":"2.0","info":{"title":"readings","version":"1"},
         "paths":{
          "/healthz":{"get":{"responses":{"200":{"description":"OK","schema":{"$ref":"#/definitions/com.example.metrics.Unused"}}}}},
          "/apis/metrics.example.com/v1/namespaces/{namespace}/readings":{"get":{"operationId":"listReadings","parameters":[{"$ref":"#/parameters/limit"}],
           "responses":{"200":{"description":"OK","schema":{"$ref":"#/definitions/com.example.metrics.ReadingList"}}}}}},
         "parameters":{"limit":{"in":"query","name":"limit","type":"integer","uniqueItems":true}},
         "definitions":{
          "com.example.metrics.Unused":{"type":"object"},
          "com.example.metrics.ReadingList":{"type":"object","properties":{"metadata":{"$ref":"#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"}}},
          "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta":{"type":"object","description":"another"}}}
        """;

    private async Task RegisterAsync(WebApplication backend)
    {
        var port = new Uri(backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        // A name outside the cluster: endpoints cannot be on the loopback.
        await _http.SendAsync("POST", "/api/v1/namespaces/default/services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"metrics"},"spec":{"type":"ExternalName","externalName":"localhost"}}""");
        var bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(Certificate().ExportCertificatePem()));
        var (code, body, _) = await _http.SendAsync("POST", Services, """{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1.metrics.example.com"},"spec":{"group":"metrics.example.com","version":"v1","groupPriorityMinimum":100,"versionPriority":15,"caBundle":"BUNDLE","service":{"namespace":"default","name":"metrics","port":PORT}}}""".Replace("BUNDLE", bundle, StringComparison.Ordinal).Replace("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        var last = string.Empty;
        try
        {
            await _http.WatchAsync($"{Services}?watch=1&fieldSelector=metadata.name=v1.metrics.example.com", item => { last = item["status"]?.ToJsonString() ?? "none"; return Crds.Condition(item, "Available") == "True"; }).Within("the service to be found");
        }
        catch (TimeoutException) { Assert.Fail($"the service was not found: {last}"); }
    }

    private X509Certificate2? _certificate;

    // Of the name that a service has inside the cluster.
    private X509Certificate2 Certificate()
    {
        if (_certificate is not null) { return _certificate; }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=metrics", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("metrics.default.svc");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        return _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
