using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;
using Orch.Testing.Networking;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Proxying;

/// <summary>The proxies of services, pods and nodes with real web servers behind them.</summary>
public sealed class WebProxyTests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private TestServer _server = null!;
    private HttpClient _http = null!;
    private readonly Socket _dead = Ports.Dead(out _);
    private EchoBackend _plain = null!;
    private EchoBackend _other = null!;
    private EchoBackend _secure = null!;

    public static TheoryData<string, string, string> Links => new()
    {
        { "/a/b?c=d#e", "/p/a/b?c=d#e", "a path is the backend's" },
        { "/", "/p/", "its root too" },
        { "/a/", "/p/a/", "with the slash at its end" },
        { "/a/../b//c/./d", "/p/b/c/d", "cleaned" },
        { "/../../../x", "/x", "even out of the proxy" },
        { "/p/a", "/p/a", "what leads through the proxy stays" },
        { "a/b", "a/b", "what is relative stays" },
        { "", "", "nothing stays" },
        { "?x=y", "?x=y", "a query stays" },
        { "http://backend:80/a", "/p/a", "the backend by its address" },
        { "http://api:6443/a", "http://api:6443/p/a", "the one that was asked" },
        { "http://backend:80", "http://backend:80", "no path is no absolute one" },
        { "https://elsewhere/a", "https://elsewhere/a", "another host" },
        { "//backend:80/a", "/p/a", "without a scheme" },
        { "//elsewhere/a", "//elsewhere/a", "another host without a scheme" },
        { "/a%2Fb", "/p/a%2Fb", "escapes stay" },
    };

    public async Task InitializeAsync()
    {
        _plain = await EchoBackend.StartAsync(name: "plain");
        _other = await EchoBackend.StartAsync(name: "other");
        _secure = await EchoBackend.StartAsync(isSecure: true, name: "secure");
        _server = await TestServer.ListenAsync(options => options.KubeletClientCertificate = _certificates.Client("kube-apiserver-kubelet-client", "system:masters"));
        _http = _server.Http();
        await CreateAsync(new V1Node { Metadata = new V1ObjectMeta { Name = "n1" } }, new V1NodeStatus { Addresses = [new V1NodeAddress { Type = "InternalIP", Address = "127.0.0.1" }], DaemonEndpoints = new V1NodeDaemonEndpoints { KubeletEndpoint = new V1DaemonEndpoint { Port = _secure.Port } } });
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        var pod = await _server.Admin.Resource<V1Pod>().CreateAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
                Spec = new V1PodSpec { NodeName = "n1", Containers = [new V1Container { Name = "c", Image = "i", Ports = [new V1ContainerPort { Name = "http", ContainerPort = _plain.Port }] }] },
            }, CancellationToken.None);
        var running = ApiJson.DeepCopy(pod);
        running.Status = new V1PodStatus { Phase = "Running", PodIP = "127.0.0.1", PodIPs = [new V1PodIP { Ip = "127.0.0.1" }] };
        await _server.Admin.Resource<V1Pod>().UpdateStatusAsync(running, CancellationToken.None);
        await _server.Admin.Resource<V1Service>().CreateAsync(
            new V1Service
            {
                Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
                Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Name = "http", Port = 80 }, new V1ServicePort { Name = "https", Port = 443 }, new V1ServicePort { Name = "none", Port = 81 }, new V1ServicePort { Name = "dead", Port = 82 }] },
            }, CancellationToken.None);

        // No client may write endpoints on the loopback, which is the only network that a test has.
        var dead = ((IPEndPoint)_dead.LocalEndPoint!).Port;
        await StoreSliceAsync("web-1", [("http", _plain.Port), ("https", _secure.Port), ("dead", dead)]);
    }

    public async Task DisposeAsync()
    {
        _dead.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
        await _plain.DisposeAsync();
        await _other.DisposeAsync();
        await _secure.DisposeAsync();
        _certificates.Dispose();
    }

    [Theory]
    [InlineData("GET", "services/web:http/proxy/a%20b/c;d?x=1&y=%2F#f", "plain", "/a%20b/c;d?x=1&y=%2F")]
    [InlineData("GET", "services/web:80/proxy/", "plain", "/")]
    [InlineData("GET", "services/http:web:http/proxy/a/", "plain", "/a/")]
    [InlineData("GET", "services/https:web:https/proxy/a", "secure", "/a")]
    [InlineData("GET", "services/https:web:443/proxy/%25x/a%2Fb", "secure", "/%25x/a%2Fb")]
    [InlineData("POST", "services/web:http/proxy/form", "plain", "/form")]
    [InlineData("PUT", "services/web:http/proxy/x", "plain", "/x")]
    [InlineData("PATCH", "services/web:http/proxy/x", "plain", "/x")]
    [InlineData("DELETE", "services/web:http/proxy/x", "plain", "/x")]
    [InlineData("OPTIONS", "services/web:http/proxy/x", "plain", "/x")]
    [InlineData("GET", "pods/p/proxy/x", "plain", "/x")]
    [InlineData("GET", "pods/p:http/proxy/x", "plain", "/x")]
    [InlineData("POST", "pods/p:OTHER/proxy/x", "other", "/x")]
    [InlineData("GET", "pods/https:p:SECURE/proxy/x", "secure", "/x")]
    [InlineData("GET", "nodes/n1/proxy/pods?limit=1", "secure", "/pods?limit=1")]
    [InlineData("GET", "nodes/n1:SECURE/proxy/pods", "secure", "/pods")]
    [InlineData("GET", "nodes/https:n1:SECURE/proxy/pods", "secure", "/pods")]
    [InlineData("GET", "nodes/n1:OTHER/proxy/pods", "other", "/pods")]
    [InlineData("GET", "nodes/http:n1:OTHER/proxy/pods", "other", "/pods")]
    public async Task Request_ArrivesWhereItIsMeantTo(string method, string path, string name, string target)
    {
        var (code, told, _) = await SendAsync(method, path, method is "POST" or "PUT" or "PATCH" ? "a body" : null);
        Assert.True(code == HttpStatusCode.OK, told.ToJsonString());
        Assert.Equal((name, method, target, method is "POST" or "PUT" or "PATCH" ? "a body" : ""), ((string)told["name"]!, (string)told["method"]!, (string)told["target"]!, (string)told["body"]!));
        // The server shows itself to node agents alone.
        Assert.Equal(path.StartsWith("nodes/", StringComparison.Ordinal) && name == "secure" ? "CN=kube-apiserver-kubelet-client, O=system:masters" : null, told["certificate"]?.ToString() is { Length: > 0 } subject ? subject : null);
    }

    [Fact]
    public async Task Request_TellsWhoAsksForWhat_AndKeepsTheCredentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Of("services/web:http/proxy/a%20b/?q"));
        foreach (var (header, value) in ((string, string)[])[("X-Own", "1"), ("X-Forwarded-For", "9.9.9.9"), ("X-Forwarded-Uri", "/lie"), ("X-Hop", "1"), ("Cookie", "c=d"), ("Impersonate-User", "admin"), ("Impersonate-Group", "system:masters")])
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        request.Headers.Connection.Add("X-Hop");
        using var answer = await _http.SendAsync(request);
        var headers = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["headers"]!.AsObject();
        Assert.Equal("1", (string)headers["X-Own"]!);
        Assert.Equal("c=d", (string)headers["Cookie"]!);
        Assert.Equal("9.9.9.9, 127.0.0.1", (string)headers["X-Forwarded-For"]!);
        Assert.Equal("/api/v1/namespaces/default/services/web:http/proxy/a%20b/", (string)headers["X-Forwarded-Uri"]!);
        Assert.Equal(_server.Address.Authority, (string)headers["Host"]!);
        var secure = (await SendAsync("GET", "services/https:web:https/proxy/")).Body["headers"]!;
        Assert.Equal($"127.0.0.1:{_secure.Port}", (string)secure["Host"]!);
        Assert.DoesNotContain(headers, static header => header.Key is "Authorization" or "X-Hop" or "Impersonate-User" or "Impersonate-Group" or "User-Agent");
    }

    [Fact]
    public async Task Answer_ComesAsItIs_ButForWhatIsTheProxys()
    {
        var (code, body, answer) = await SendAsync("GET", "services/web:http/proxy/status?code=418");
        Assert.Equal(((HttpStatusCode)418, "as asked"), (code, (string)body!));
        Assert.Equal(["a", "b"], answer.Headers.GetValues("X-Own"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        (code, _, _) = await SendAsync("HEAD", "services/web:http/proxy/x");
        Assert.Equal(HttpStatusCode.OK, code);
        using var big = await _http.GetAsync(new Uri(Of("services/web:http/proxy/big"), UriKind.Relative));
        Assert.Equal(64 * 65_536, (await big.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task Answer_FlowsWhileTheBackendStillWrites()
    {
        using var answer = await _http.GetAsync(new Uri(Of("services/web:http/proxy/slowly"), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).Within("the head");
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[100];
        var read = await stream.ReadAsync(buffer).AsTask().Within("the first part");
        Assert.Equal("first;", Encoding.ASCII.GetString(buffer, 0, read));
        _plain.Go.SetResult();
        using var reader = new StreamReader(stream);
        Assert.Equal("second", await reader.ReadToEndAsync().Within("the rest"));
    }

    [Fact]
    public async Task Body_FlowsWithoutALength()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Of("services/web:http/proxy/x")) { Content = new StreamContent(new MemoryStream(new byte[200_000].Select(static _ => (byte)'z').ToArray())) };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await _http.SendAsync(request);
        Assert.Equal(200_000, ((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["body"]!).Length);
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Link_OfTheBackend_LeadsThroughTheProxy(string link, string expected, string why)
        => Assert.True(expected == ProxyLinks.Rewrite(link, "/p", "backend:80", "api:6443"), $"{why}: {ProxyLinks.Rewrite(link, "/p", "backend:80", "api:6443")}");

    [Theory]
    [InlineData("/a/b?c", "/api/v1/namespaces/default/services/web:http/proxy/a/b?c")]
    [InlineData("http://SELF/a", "/api/v1/namespaces/default/services/web:http/proxy/a")]
    [InlineData("https://example.com/a", "https://example.com/a")]
    [InlineData("b", "b")]
    public async Task Redirect_OfTheBackend_LeadsThroughTheProxy(string link, string expected)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = _server.Certificates.Trust() } };
        using var http = new HttpClient(handler) { BaseAddress = _server.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "admin/system:masters");
        using var answer = await http.GetAsync(new Uri(Of("services/web:http/proxy/to?link=" + Uri.EscapeDataString(link)), UriKind.Relative));
        Assert.Equal((HttpStatusCode.Redirect, expected), (answer.StatusCode, answer.Headers.GetValues("Location").Single()));
        using var bad = await http.GetAsync(new Uri(Of("services/web:http/proxy/to?link=" + Uri.EscapeDataString("http://[::1")), UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, bad.StatusCode);
        Assert.Contains("error trying to parse Location header: parse \\\"http://[::1\\\": missing ']' in host", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var bare = await http.GetAsync(new Uri(Of("services/web:http/proxy?a=b"), UriKind.Relative));
        Assert.Equal((HttpStatusCode.MovedPermanently, Of("services/web:http/proxy/?a=b")), (bare.StatusCode, bare.Headers.GetValues("Location").Single()));
    }

    [Fact]
    public async Task Endpoints_TakeTurns()
    {
        await StoreSliceAsync("web-2", [("http", _other.Port)]);
        var names = new List<string>();
        for (var count = 0; count < 6; count++) { names.Add((string)(await SendAsync("GET", "services/web:http/proxy/x")).Body["name"]!); }
        Assert.Equal((3, 3), (names.Count(static name => name == "plain"), names.Count(static name => name == "other")));
    }

    [Fact]
    public async Task Upgrade_IsATunnel()
    {
        foreach (var path in (string[])["services/web:http/proxy/socket", "pods/p:http/proxy/socket", $"nodes/n1:{_plain.Port}/proxy/socket"])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
            await using var secure = new SslStream(client.GetStream());
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _server.Address.Host, CertificateChainPolicy = _server.Certificates.Trust() });
            await secure.WriteAsync(Encoding.ASCII.GetBytes($"GET {Of(path)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin/system:masters\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"));
            Assert.StartsWith("HTTP/1.1 101 ", await ReadUntilAsync(secure, "\r\n\r\n").Within("the switch"), StringComparison.Ordinal);
            await secure.WriteAsync("ping"u8.ToArray());
            Assert.Equal("ping", await ReadUntilAsync(secure, "ping").Within("the echo"));
        }
    }

    [Theory]
    [InlineData("services/web:dead/proxy/", HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "error trying to reach service: dial tcp 127.0.0.1:DEAD: connect: connection refused")]
    [InlineData("services/web:none/proxy/", HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "no endpoints available for service \"web:none\"")]
    [InlineData("services/web:odd/proxy/", HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "no endpoints available for service \"web:odd\"")]
    [InlineData("services/web/proxy/", HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "no endpoints available for service \"web\"")]
    [InlineData("services/web:99/proxy/", HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "no service port 99 found for service \"web\"")]
    [InlineData("services/missing/proxy/", HttpStatusCode.NotFound, "NotFound", "services \"missing\" not found")]
    [InlineData("services/ftp:web:80/proxy/", HttpStatusCode.BadRequest, "BadRequest", "invalid service request \"ftp:web:80\"")]
    [InlineData("pods/p:odd/proxy/", HttpStatusCode.BadRequest, "BadRequest", "invalid pod request \"p:odd\"")]
    [InlineData("nodes/a:b:c:d/proxy/", HttpStatusCode.BadRequest, "BadRequest", "invalid node request \"a:b:c:d\"")]
    [InlineData("nodes/missing/proxy/", HttpStatusCode.NotFound, "NotFound", "nodes \"missing\" not found")]
    public async Task Request_ThatLeadsNowhere_IsRefused(string path, HttpStatusCode status, string reason, string message)
    {
        var (code, body, _) = await SendAsync("GET", path);
        Assert.Equal((status, reason), (code, (string)body["reason"]!));
        Assert.Equal(message.Split("DEAD")[0], body.Message()[..message.Split("DEAD")[0].Length]);
        Assert.EndsWith(message.Split("DEAD")[^1], body.Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_ThatBreaksOff_BreaksTheAnswerOff()
    {
        using var answer = await _http.GetAsync(new Uri(Of("services/web:http/proxy/cut"), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).Within("the head");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        _plain.Go.SetResult();
        var failure = await Record.ExceptionAsync(() => answer.Content.ReadAsStringAsync().Within("the end"));
        Assert.True(failure is HttpRequestException or IOException, $"{failure}");
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal) && await stream.ReadAsync(buffer) is > 0 and var read) { text.Append(Encoding.ASCII.GetString(buffer, 0, read)); }
        return text.ToString();
    }

    private string Of(string path)
    {
        path = path.Replace("OTHER", $"{_other.Port}", StringComparison.Ordinal).Replace("SECURE", $"{_secure.Port}", StringComparison.Ordinal);
        return path.StartsWith("nodes/", StringComparison.Ordinal) ? $"/api/v1/{path}" : $"/api/v1/namespaces/default/{path}";
    }

    private Task<(HttpStatusCode Code, JsonNode Body, HttpResponseMessage Answer)> SendAsync(string method, string path, string? body = null) => _http.SendAsync(method, Of(path), body, "text/plain");

    private async Task CreateAsync(V1Node node, V1NodeStatus status)
    {
        var made = ApiJson.DeepCopy(await _server.Admin.Resource<V1Node>().CreateAsync(node, CancellationToken.None));
        made.Status = status;
        await _server.Admin.Resource<V1Node>().UpdateStatusAsync(made, CancellationToken.None);
    }

    private async Task StoreSliceAsync(string name, IReadOnlyList<(string Name, int Port)> ports)
    {
        var slice = new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1", Kind = "EndpointSlice",
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default", Uid = name, CreationTimestamp = DateTime.UnixEpoch, Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = "web" } },
            AddressType = "IPv4",
            Ports = [.. ports.Select(static port => new Discoveryv1EndpointPort { Name = port.Name, Port = port.Port, Protocol = "TCP" })],
            Endpoints = [new V1Endpoint { Addresses = ["127.0.0.1"], Conditions = new V1EndpointConditions { Ready = true }, TargetRef = new V1ObjectReference { Kind = "Pod", NamespaceProperty = "default", Name = "p" } }],
        };
        await _server.Services.GetRequiredService<IStore>().CommitAsync(CommitRequest.Create($"/registry/discovery.k8s.io/endpointslices/default/{name}", ApiJson.Serialize(slice)), CancellationToken.None);
    }
}
