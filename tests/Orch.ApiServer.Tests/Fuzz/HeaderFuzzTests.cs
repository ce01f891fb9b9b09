using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Fuzz;

/// <summary>Whatever stands in a request's headers, or in place of one, the server answers and goes on.</summary>
public sealed class HeaderFuzzTests : ServerTests
{
    private static readonly string[] Names =
    [
        "Authorization", "Impersonate-User", "Impersonate-Group", "Impersonate-Uid", "Impersonate-Extra-a%2fb", "Impersonate-Extra-", "Impersonate-Extra-%zz", "Audit-ID", "traceparent", "tracestate", "User-Agent", "Accept", "Accept-Encoding",
        "Content-Type", "X-Remote-User", "X-Remote-Group", "X-Forwarded-For", "If-None-Match", "If-Match", "Connection", "Upgrade", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version", "X-Stream-Protocol-Version", "Expect", "Range", "Cookie", "Origin",
    ];

    private static readonly string[] Values =
    [
        "", "x", "Bearer", "Bearer ", "Bearer a.b.c/d", "Bearer admin/system:masters", "Basic eDp5", "system:admin", "system:serviceaccount:a:b", "system:serviceaccount:", "system:node:n", "é", "%00", "%", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-", "application/json;charset=utf-8", "application/json;;;", "application/vnd.kubernetes.protobuf;type=watch", "application/apply-patch+yaml", "\"\"", "*", "*/*;q=2", "gzip;q=x", "websocket", "SPDY/3.1", "v4.channel.k8s.io", "base64url.bearer.authorization.k8s.io.!!!",
        "100-continue", "bytes=0-", "a=b; c", "null", new string('a', 4000),
    ];

    private static readonly string[] Paths = ["/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/pods/a/exec?command=x", "/apis", "/healthz", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "/api/v1/configmaps?watch=1&timeoutSeconds=1", "/openapi/v3"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AnyHeaders_AreAnsweredWithoutAFault(int seed)
    {
        using var http = _server.Http(token: null);
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            using var request = new HttpRequestMessage(random.Next(3) == 0 ? HttpMethod.Post : HttpMethod.Get, Paths[random.Next(Paths.Length)]);
            if (random.Next(2) == 0) { request.Headers.TryAddWithoutValidation("Authorization", "Bearer admin/system:masters"); }
            if (request.Method == HttpMethod.Post) { request.Content = new StringContent("{}", Encoding.UTF8, "application/json"); }
            for (var count = random.Next(1, 5); count > 0; count--)
            {
                var (name, value) = (Names[random.Next(Names.Length)], Values[random.Next(Values.Length)]);
                if (name is "Expect" or "Connection" or "Upgrade" && request.Method == HttpMethod.Post) { continue; }
                if (!request.Headers.TryAddWithoutValidation(name, value)) { request.Content?.Headers.TryAddWithoutValidation(name, value); }
            }

            var what = $"{seed}/{round} {request}";
            HttpResponseMessage response;
            try { response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead); }
            catch (HttpRequestException fault) when (fault.Message.Contains("ASCII", StringComparison.Ordinal) || fault.HttpRequestError == HttpRequestError.Unknown) { continue; }
            using (response)
            {
                // Without a node agent a stream has nowhere to go.
                var isStream = request.RequestUri!.OriginalString.Contains("/exec", StringComparison.Ordinal);
                if ((int)response.StatusCode < 500 || isStream) { continue; }
                // Upstream's own answer, of this very code.
                var text = await response.Content.ReadAsStringAsync();
                Assert.True(text.Contains("without impersonating a user", StringComparison.Ordinal), $"{what}\n{(int)response.StatusCode} {text}");
            }
        }

        await IsWellAsync();
    }

    [Theory]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("GET  HTTP/1.1\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("POST /api/v1/namespaces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")]
    [InlineData("POST /api/v1/namespaces HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /api/v1/namespaces HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n{")]
    [InlineData("GET /api/v1/namespaces/default/pods/a/exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff")]
    [InlineData("GET /api/v1/namespaces/default/pods/a/portforward HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n\x80\x03\0\x01\xff\xff\xff\xff")]
    public async Task Bytes_InPlaceOfARequest_DoNoHarm(string bytes)
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = _server.Address.Host, CertificateChainPolicy = _server.Certificates.Trust() });
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
            await stream.FlushAsync();
            client.Client.Shutdown(SocketShutdown.Send);
            try { while (await stream.ReadAsync(new byte[4096]).AsTask().Within("the end of the connection") > 0) { } }
            catch (IOException) { /* closed, which is an answer */ }
        }

        await IsWellAsync();
    }

    private async Task IsWellAsync()
    {
        using var http = _server.Http();
        Assert.Equal("ok", await http.GetStringAsync(new Uri("/livez", UriKind.Relative)));
    }
}
