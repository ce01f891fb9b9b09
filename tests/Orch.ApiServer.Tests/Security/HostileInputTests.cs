using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.Proxying;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Tests.Security;

/// <summary>What somebody sends who means harm.</summary>
public sealed class HostileInputTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Bodies_MadeToOverwhelm_AreRefusedAndTheServerGoesOn()
    {
        await using var server = await TestServer.ListenAsync();
        using var http = server.Http();
        await server.Admin.Resource<V1ConfigMap>().CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "c", NamespaceProperty = "default" }, Data = new Dictionary<string, string> { ["k"] = new('x', 100_000) } }, default);
        var deep = new string('[', 1_000_000);
        var bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat("bcdefghi".Select(static (letter, index) => $"{letter}: &{letter} [{string.Join(',', Enumerable.Repeat($"*{(char)(letter - 1)}", 10))}]\n"));
        var copies = "[" + string.Join(',', Enumerable.Range(0, 100).Select(static index => $$"""{"op":"copy","from":"/data","path":"/metadata/annotations{{index}}"}""")) + "]";
        var zeros = new MemoryStream();
        using (var gzip = new GZipStream(zeros, CompressionLevel.Optimal, leaveOpen: true)) { gzip.Write(new byte[64 * 1024 * 1024]); }
        var length = new byte[64];
        "k8s\0"u8.CopyTo(length);
        length[4] = 0x0a;
        BinaryPrimitives.WriteUInt32LittleEndian(length.AsSpan(5), 0xFFFFFFFF);
        length[9] = 0x0f;

        var nested = new List<byte>("k8s\0"u8.ToArray());
        for (var level = 0; level < 100_000; level++) { nested.AddRange([0x12, 0xff, 0xff, 0x03]); }

        (string What, HttpMethod Method, string Path, string Type, byte[] Body, string? Encoding, int Most)[] cases =
        [
            ("deep JSON", HttpMethod.Post, Maps, "application/json", Encoding.ASCII.GetBytes(deep), null, 422),
            ("deep JSON within", HttpMethod.Post, Maps, "application/json", Encoding.ASCII.GetBytes("{\"data\":" + deep), null, 422),
            ("deep YAML", HttpMethod.Post, Maps, "application/yaml", Encoding.ASCII.GetBytes(deep), null, 422),
            ("a YAML bomb", HttpMethod.Post, Maps, "application/yaml", Encoding.ASCII.GetBytes(bomb), null, 422),
            ("gzip", HttpMethod.Post, Maps, "application/json", zeros.ToArray(), "gzip", 422),
            ("a length of gigabytes", HttpMethod.Post, Maps, "application/vnd.kubernetes.protobuf", length, null, 422),
            ("nested protobuf", HttpMethod.Post, Maps, "application/vnd.kubernetes.protobuf", [.. nested], null, 422),
            ("too many bytes", HttpMethod.Post, Maps, "application/json", new byte[4 * 1024 * 1024], null, 413),
            ("copies", HttpMethod.Patch, Maps + "/c", "application/json-patch+json", Encoding.ASCII.GetBytes(copies), null, 422),
            ("a deep patch", HttpMethod.Patch, Maps + "/c", "application/merge-patch+json", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), null, 422),
            ("a deep apply", HttpMethod.Patch, Maps + "/c?fieldManager=m", "application/apply-patch+yaml", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), null, 422),
        ];
        foreach (var (what, method, path, type, body, encoding, most) in cases)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue(type);
            if (encoding is not null) { content.Headers.ContentEncoding.Add(encoding); }
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
            using var answer = await http.SendAsync(request);
            Assert.True((int)answer.StatusCode >= 400 && (int)answer.StatusCode <= most, $"{what}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        Assert.Equal(100_000, (await server.Admin.Resource<V1ConfigMap>().GetAsync(new ObjectKey("default", "c"), default)).Data["k"].Length);
    }

    [Theory]
    [InlineData(Maps + "/a%2Fb", "Name parameter invalid: \"a/b\": may not contain '/'")]
    [InlineData(Maps + "/..%2F..%2Fsecrets", "may not contain '/'")]
    [InlineData(Maps + "/%252e%252e", "Name parameter invalid: \"..\": may not be '..'")]
    [InlineData(Maps + "/%25", "may not contain '%'")]
    [InlineData("/api/v1/nodes/..%2F..%2Fx/proxy/", "may not contain '/'")]
    [InlineData("/api/v1/namespaces/default/pods/..%2Fx/log", "may not contain '/'")]
    public async Task Name_ThatIsAPath_IsRefused(string path, string message)
    {
        await using var server = await TestServer.ListenAsync();
        using var http = server.Http();
        using var answer = await http.GetAsync(new Uri(server.Address + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(message, (await answer.Content.ReadAsStringAsync()).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", "0.0.0.0", true)]
    [InlineData("fd00::1", "0.0.0.0", true)]
    [InlineData("169.254.169.254", "0.0.0.0", false)]
    [InlineData("::ffff:169.254.169.254", "0.0.0.0", false)]
    [InlineData("fe80::1", "0.0.0.0", false)]
    [InlineData("127.0.0.1", "0.0.0.0", false)]
    [InlineData("127.8.8.8", "10.0.0.1", false)]
    [InlineData("::1", "0.0.0.0", false)]
    [InlineData("::ffff:127.0.0.1", "0.0.0.0", false)]
    [InlineData("localhost", "0.0.0.0", false)]
    [InlineData("0.0.0.0", "0.0.0.0", false)]
    [InlineData("::", "0.0.0.0", false)]
    [InlineData("224.0.0.1", "0.0.0.0", false)]
    [InlineData("ff02::1", "0.0.0.0", false)]
    [InlineData("255.255.255.255", "0.0.0.0", false)]
    [InlineData("10.0.0.1/latest?", "0.0.0.0", false)]
    [InlineData("10.0.0.1\r\nX: y", "0.0.0.0", false)]
    [InlineData("", "0.0.0.0", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("169.254.169.254", "127.0.0.1", false)]
    public async Task Proxy_Address_IsAllowedOrNot(string host, string bound, bool isAllowed)
    {
        var targets = new ProxyTargets(Options.Create(new ApiServerOptions { BindAddress = bound }));

        var refusal = await Record.ExceptionAsync(() => targets.RequireAsync(host, default).AsTask());

        Assert.Equal(isAllowed, refusal is null);
        if (!isAllowed) { Assert.Equal(400, Assert.IsType<ApiException>(refusal).Code); }
    }

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a b/ü", "/a%20b/%C3%BC")]
    [InlineData("/%2e%2e/exec", "/%252e%252e/exec")]
    [InlineData("/a%2Fb/%2fc", "/a%2Fb/%2fc")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/a\r\nX: y", "/a%0D%0AX:%20y")]
    [InlineData("/a?b#c", "/a%3Fb%23c")]
    public void Forwarded_Path_MeansTheSameBehind(string path, string sent)
    {
        Assert.Equal(sent, ForwardedPath.Of(path));
        Assert.Equal("https://h:1" + sent, ForwardedPath.Address(new Backend("https", "h", 1, IsKubelet: false), sent).AbsoluteUri);
    }

    [Fact]
    public async Task ServiceProxy_EndpointsThatAreNoPod_AreNotLedTo()
    {
        await using var server = await TestServer.ListenAsync();
        await server.Admin.Resource<V1Service>().CreateAsync(new V1Service { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "default" }, Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] } }, default);
        await server.Admin.Resource<V1EndpointSlice>().CreateAsync(new V1EndpointSlice
        {
            Metadata = new V1ObjectMeta { Name = "s-1", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = "s" } },
            AddressType = "IPv4", Ports = [new Discoveryv1EndpointPort { Name = "", Port = 80 }],
            Endpoints = [new V1Endpoint { Addresses = ["10.9.8.7"] }, new V1Endpoint { Addresses = ["10.9.8.7"], TargetRef = new V1ObjectReference { Kind = "Pod", NamespaceProperty = "default", Name = "none" } }],
        }, default);
        using var http = server.Http();

        using var answer = await http.GetAsync(new Uri("/api/v1/namespaces/default/services/s/proxy/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("no endpoints available for service", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Aggregation_NamesOfOthers_MakeNoLinesAndStayApart()
    {
        var user = new UserInfo("jane\r\nX-Remote-Group: system:masters", ["a\nb", "ж", "ü"]) { Uid = "u\0", Extra = new Dictionary<string, IReadOnlyList<string>> { ["k\r\n"] = ["v\r\nX: y"] } };

        var headers = AggregationProxy.HeadersOf(user);

        Assert.DoesNotContain(headers, static header => (header.Key + header.Value).AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0);
        Assert.Equal("jane  X-Remote-Group: system:masters", headers[0].Value);
        Assert.Equal(Encoding.UTF8.GetBytes("ж"), Encoding.Latin1.GetBytes(headers.Where(static header => header.Key == "X-Remote-Group").ElementAt(1).Value));
        Assert.All(headers, static header => Assert.All(header.Value, static letter => Assert.True(letter <= 0xff)));
    }

    [Fact]
    public async Task Impersonation_WhenDone_LeavesNothingForThoseBehind()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["Impersonate-User"] = "joe";
        http.Request.Headers["Impersonate-Group"] = "devs";
        http.Request.Headers["Impersonate-Uid"] = "1";
        http.Request.Headers["Impersonate-Extra-Scopes"] = "x";
        var request = new ApiRequest(http, RequestInfo.Parse("GET", "/api/v1/pods", isWatch: false)) { User = new UserInfo("admin", ["system:masters"]) };

        var user = await new Impersonation(new AuthorizationChain([])).ApplyAsync(request);

        Assert.Equal("joe", user.Name);
        Assert.DoesNotContain(http.Request.Headers.Keys, static key => key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.aGVsbG8", "hello", "v5.channel.k8s.io")]
    [InlineData("v5.channel.k8s.io", null, "v5.channel.k8s.io")]
    [InlineData("base64url.bearer.authorization.k8s.io.aGVsbG8", "missing additional subprotocol", null)]
    [InlineData("a, base64url.bearer.authorization.k8s.io.aGVsbG8, base64url.bearer.authorization.k8s.io.aGVsbG8", "multiple base64.bearer.authorization tokens specified", null)]
    [InlineData("a, base64url.bearer.authorization.k8s.io.***", "invalid base64.bearer.authorization token encoding", null)]
    [InlineData("a, base64url.bearer.authorization.k8s.io._w", "invalid base64.bearer.authorization token", null)]
    public void WebSocket_Token_IsTakenOffTheProtocols(string protocols, string? token, string? left)
    {
        var headers = new DefaultHttpContext().Request.Headers;
        (headers.Upgrade, headers.Connection, headers.SecWebSocketProtocol) = ("websocket", "keep-alive, Upgrade", protocols);
        if (left is null) { Assert.Equal(token, Assert.Throws<AuthenticationFailedException>(() => WebSocketToken.Take(headers)).Message); return; }

        Assert.Equal(token, WebSocketToken.Take(headers));
        Assert.Equal(left, headers.SecWebSocketProtocol.ToString());

        headers.Upgrade = "SPDY/3.1";
        headers.SecWebSocketProtocol = protocols;
        Assert.Null(WebSocketToken.Take(headers));
    }

    [Fact]
    public void Warnings_ManyAndLong_AreCutToWhatClientsTake()
    {
        var headers = new DefaultHttpContext().Response.Headers;
        WarningHeaders.Write(headers, ["a \"b\"\r\nSet-Cookie: x", "a \"b\"\r\nSet-Cookie: x", .. Enumerable.Range(0, 1_000).Select(static index => $"{index}{new string('w', 5_000)}")]);

        var lines = headers["Warning"].ToArray();
        Assert.Equal("299 - \"a \\\"b\\\"  Set-Cookie: x\"", lines[0]);
        Assert.InRange(lines.Sum(static line => line!.Length), 4_000, 5_000);
        Assert.All(lines, static line => Assert.True(line!.Length < 300));

        var few = new DefaultHttpContext().Response.Headers;
        WarningHeaders.Write(few, [new string('w', 4_000)]);
        Assert.Equal(4_008, few["Warning"].ToString().Length);
    }
}
