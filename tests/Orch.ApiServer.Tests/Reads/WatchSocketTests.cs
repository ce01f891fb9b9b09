using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.ApiServer.Tests.Protobuf;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Reads;

/// <summary>Watches over a WebSocket: an event is a message, and the handshake is the one of the library that upstream has.</summary>
public sealed class WatchSocketTests : IAsyncLifetime
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Table = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private TestServer _server = null!;
    private HttpClient _http = null!;

    // What the client sends in the handshake beside the upgrade; status, a header and the body of the answer.
    public static TheoryData<string, HttpStatusCode, string, string> Handshakes => new()
    {
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost", HttpStatusCode.SwitchingProtocols, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: /x", HttpStatusCode.SwitchingProtocols, "Upgrade: websocket", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost|Sec-WebSocket-Protocol: base64.binary.k8s.io", HttpStatusCode.SwitchingProtocols, "Sec-WebSocket-Protocol: base64.binary.k8s.io", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost|Sec-WebSocket-Protocol: anything", HttpStatusCode.SwitchingProtocols, "Sec-WebSocket-Protocol: anything", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost|Sec-WebSocket-Protocol: binary.k8s.io, base64.binary.k8s.io", HttpStatusCode.BadRequest, "", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost|Sec-WebSocket-Protocol: ü{}", HttpStatusCode.BadRequest, "", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13", HttpStatusCode.Forbidden, "", "" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: null", HttpStatusCode.Forbidden, "", "" },
        { "Sec-WebSocket-Version: 13|Origin: http://localhost", HttpStatusCode.BadRequest, "", "mismatch challenge/response" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 8|Origin: http://localhost", HttpStatusCode.BadRequest, "Sec-WebSocket-Version: 13", "missing or bad WebSocket Version" },
        { "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Origin: http://localhost", HttpStatusCode.BadRequest, "Sec-WebSocket-Version: 13", "missing or bad WebSocket Version" },
    };

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _http = _server.Http();
        await WriteAsync("POST", Maps, """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("binary.k8s.io")]
    [InlineData("base64.binary.k8s.io")]
    public async Task Events_InJson_AreTextAsOnAStream(string protocol)
    {
        using var socket = await OpenAsync(Maps + "?watch=true&fieldSelector=metadata.name%3Da", protocol: protocol);
        Assert.Equal(protocol, socket.SubProtocol ?? string.Empty);
        var events = new List<string>();
        await CollectAsync(1);
        await WriteAsync("PUT", Maps + "/a", """{"metadata":{"name":"a"},"data":{"k":"w"}}""");
        await CollectAsync(1);
        await WriteAsync("DELETE", Maps + "/a");
        await CollectAsync(1);
        Assert.Equal(["ADDED", "MODIFIED", "DELETED"], events.Select(static text => (string)JsonNode.Parse(text)!["type"]!));
        Assert.All(events, static text => Assert.EndsWith("}\n", text, StringComparison.Ordinal));

        // The same as over plain HTTP, byte for byte.
        var first = JsonNode.Parse(events[0])!["object"]!["metadata"]!["resourceVersion"]!;
        using var answer = await _http.GetAsync($"{Maps}?watch=true&resourceVersion={first}&fieldSelector=metadata.name%3Da&timeoutSeconds=1").Within("the watch to end");
        Assert.Equal(events[1] + events[2], await answer.Content.ReadAsStringAsync());

        async Task CollectAsync(int count)
        {
            for (; count > 0; count--)
            {
                var (type, bytes) = await ReceiveAsync(socket);
                Assert.Equal(WebSocketMessageType.Text, type);
                events.Add(Encoding.UTF8.GetString(bytes));
            }
        }
    }

    [Fact]
    public async Task Events_InProtobuf_AreBinaryWithoutALength()
    {
        using var socket = await OpenAsync(Maps + "?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&fieldSelector=metadata.name%3Da", PackedHttp.Type + ";stream=watch");
        var (type, bytes) = await ReceiveAsync(socket);
        var (kind, item) = PackedHttp.Event(bytes, typeof(V1ConfigMap));
        Assert.Equal((WebSocketMessageType.Binary, "ADDED", "v"), (type, kind, (string)item["data"]!["k"]!));
        (_, bytes) = await ReceiveAsync(socket);
        (kind, item) = PackedHttp.Event(bytes, typeof(V1ConfigMap));
        Assert.Equal(("BOOKMARK", "true"), (kind, (string)item["metadata"]!["annotations"]!["k8s.io/initial-events-end"]!));
    }

    [Fact]
    public async Task Events_InTables_HaveTheirColumnsOnce()
    {
        await WriteAsync("POST", Maps, """{"metadata":{"name":"b"}}""");
        using var socket = await OpenAsync(Maps + "?watch=true", Table);
        var tables = new List<JsonNode>();
        while (tables.Count < 2) { tables.Add(JsonNode.Parse((await ReceiveAsync(socket)).Bytes)!["object"]!); }
        Assert.Equal(["a", "b"], tables.Select(static table => (string)table["rows"]![0]!["cells"]![0]!));
        Assert.Equal([true, false], tables.Select(static table => table["columnDefinitions"] is JsonArray { Count: > 0 }));
    }

    [Fact]
    public async Task Events_OfCustomResources_ComeToo()
    {
        await _http.DefineAsync(Crds.Widgets());
        await _http.SendAsync("POST", Crds.Path(), Crds.Widget("w", """{"size":1}"""));
        using var socket = await OpenAsync(Crds.Path() + "?watch=true");
        var item = JsonNode.Parse((await ReceiveAsync(socket)).Bytes)!;
        Assert.Equal(("ADDED", "Widget", 1), ((string)item["type"]!, (string)item["object"]!["kind"]!, (int)item["object"]!["spec"]!["size"]!));
    }

    [Fact]
    public async Task OlderPath_IsAWatchOfAWebSocketToo()
    {
        using var socket = await OpenAsync("/api/v1/watch/namespaces/default/configmaps/a");
        Assert.Equal("a", (string)JsonNode.Parse((await ReceiveAsync(socket)).Bytes)!["object"]!["metadata"]!["name"]!);
    }

    [Fact]
    public async Task Watch_FromTooLongAgo_IsToldInAMessage()
    {
        var cache = _server.Services.GetRequiredService<StoreMirror>().CacheOf("/registry/core/configmaps/");
        cache.Load(cache.Snapshot.Objects, 1000);
        using var socket = await OpenAsync(Maps + "?watch=true&resourceVersion=5");
        var item = JsonNode.Parse((await ReceiveAsync(socket)).Bytes)!;
        Assert.Equal(("ERROR", "Expired", 410), ((string)item["type"]!, (string)item["object"]!["reason"]!, (int)item["object"]!["code"]!));
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(socket)).Type);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Watch_WhoseTimeIsUp_SaysGoodbye()
    {
        using var socket = await OpenAsync(Maps + "?watch=true&timeoutSeconds=1");
        await ReceiveAsync(socket);
        Assert.Equal(WebSocketMessageType.Close, (await ReceiveAsync(socket)).Type);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Client_ThatSays_IsNotListenedTo_AndOneThatLeavesIsLetGo()
    {
        using var socket = await OpenAsync(Maps + "?watch=true");
        await ReceiveAsync(socket);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
        await socket.SendAsync(new byte[200_000], WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await socket.SendAsync(new byte[10], WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        await WriteAsync("POST", Maps, """{"metadata":{"name":"b"}}""");
        Assert.Equal("b", (string)JsonNode.Parse((await ReceiveAsync(socket)).Bytes)!["object"]!["metadata"]!["name"]!);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).Within("the server to say goodbye");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        await NoneIsLeftAsync();
    }

    [Fact]
    public async Task Client_ThatIsGone_IsLetGo()
    {
        var socket = await OpenAsync(Maps + "?watch=true");
        await ReceiveAsync(socket);
        socket.Abort();
        await NoneIsLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task Handshake_IsAnsweredAsUpstreamsLibraryDoes(string headers, HttpStatusCode status, string header, string body)
    {
        var answer = await RawAsync("Authorization: Bearer admin/system:masters|" + headers, Maps + "?watch=true");
        Assert.StartsWith($"HTTP/1.1 {(int)status} ", answer, StringComparison.Ordinal);
        Assert.Contains(header, answer, StringComparison.OrdinalIgnoreCase);
        if (status != HttpStatusCode.SwitchingProtocols) { Assert.EndsWith(body, answer.TrimEnd('0', '\r', '\n'), StringComparison.Ordinal); }
    }

    [Fact]
    public async Task Refusals_ComeAsOnPlainHttp()
    {
        const string Upgrade = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Version: 13|Origin: http://localhost";
        Assert.Contains("\"reason\":\"Forbidden\"", await RawAsync("Authorization: Bearer jane/devs|" + Upgrade, Maps + "?watch=true"), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"BadRequest\"", await RawAsync("Authorization: Bearer admin/system:masters|" + Upgrade, Maps + "?watch=true&resourceVersion=x"), StringComparison.Ordinal);
        Assert.Contains("reason: NotAcceptable", await RawAsync("Authorization: Bearer admin/system:masters|Accept: application/yaml|" + Upgrade, Maps + "?watch=true"), StringComparison.Ordinal);

        // What is no watch is no stream: the upgrade is passed over.
        Assert.Contains("ConfigMapList", await RawAsync("Authorization: Bearer admin/system:masters|" + Upgrade, Maps), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_MayComeAsAProtocol()
    {
        using var socket = Socket();
        socket.Options.AddSubProtocol("base64url.bearer.authorization.k8s.io." + Base64UrlEncoder.Encode("admin/system:masters"));
        socket.Options.AddSubProtocol("base64.binary.k8s.io");
        await socket.ConnectAsync(Address(Maps + "?watch=true"), CancellationToken.None).Within("the handshake");
        Assert.Equal("base64.binary.k8s.io", socket.SubProtocol);
        Assert.Equal(WebSocketMessageType.Text, (await ReceiveAsync(socket)).Type);
    }

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(ClientWebSocket socket)
    {
        using var message = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, CancellationToken.None).Within("a message");
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage) { return (result.MessageType, message.ToArray()); }
        }
    }

    private ClientWebSocket Socket()
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://localhost");
        var trust = _server.Certificates.Trust();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy = trust;
            return chain.Build(new X509Certificate2(certificate!));
        };
        return socket;
    }

    private Uri Address(string path) => new($"wss://{_server.Address.Authority}{path}");

    private async Task<ClientWebSocket> OpenAsync(string path, string accept = "application/json", string protocol = "")
    {
        var socket = Socket();
        socket.Options.SetRequestHeader("Authorization", "Bearer admin/system:masters");
        socket.Options.SetRequestHeader("Accept", accept);
        if (protocol.Length > 0) { socket.Options.AddSubProtocol(protocol); }
        await socket.ConnectAsync(Address(path), CancellationToken.None).Within("the handshake");
        return socket;
    }

    private async Task WriteAsync(string method, string path, string? body = null)
    {
        var (code, answer, _) = await _http.SendAsync(method, path, body);
        Assert.True((int)code < 300, answer.ToJsonString());
    }

    // The gauge of watches goes down when the server has let the last one go.
    private Task NoneIsLeftAsync() => Patience.UntilAsync(
        async () =>
        {
            var lines = (await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n').Where(static line => line.StartsWith("apiserver_longrunning_requests{", StringComparison.Ordinal) && line.Contains("configmaps", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(lines);
            return lines.All(static line => line.EndsWith(" 0", StringComparison.Ordinal));
        },
        "the watch to be let go");

    private async Task<string> RawAsync(string headers, string path)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
        await using var secure = new System.Net.Security.SslStream(client.GetStream());
        await secure.AuthenticateAsClientAsync(new System.Net.Security.SslClientAuthenticationOptions { TargetHost = _server.Address.Host, CertificateChainPolicy = _server.Certificates.Trust() });
        await secure.WriteAsync(Encoding.UTF8.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n{string.Concat(headers.Split('|').Select(static line => line + "\r\n"))}\r\n"));
        var text = new StringBuilder();
        var buffer = new byte[16_384];
        while (await secure.ReadAsync(buffer).AsTask().Within("an answer") is > 0 and var read)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var answer = text.ToString();
            var head = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) { continue; }
            if (answer.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) { return answer[..head]; }
            if (answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)) { return answer; }
            if (answer.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Content-Length: ", StringComparison.Ordinal)) is { } length && answer.Length - head - 4 >= int.Parse(length[16..], System.Globalization.CultureInfo.InvariantCulture)) { return answer; }
        }

        return text.ToString();
    }
}
