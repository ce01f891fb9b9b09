using System.Net;
using System.Net.WebSockets;
using System.Text;
using Orch.Kubelet.Tests.Streaming.Kubectl;
using Orch.Runtime;

namespace Orch.Kubelet.Tests.Streaming;

/// <summary>The dialects that client libraries speak and kubectl does not.</summary>
public class WebSocketClientTests(StreamingTestHost host) : IClassFixture<StreamingTestHost>
{
    private const string Pod = "/api/v1/namespaces/default/pods/web";
    private readonly CancellationToken _patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [Theory]
    [InlineData("v5.channel.k8s.io", true)]
    [InlineData("v4.channel.k8s.io", true)]
    [InlineData("channel.k8s.io", false)]
    [InlineData(null, false)]
    public async Task Exec_InABinaryDialect_TellsOutputAndOutcome(string? protocol, bool hasJsonStatus)
    {
        using var socket = await ConnectAsync("/exec?command=exit&command=3&stdout=true&stderr=true", protocol);

        var messages = await ReadAllAsync(socket);

        var outcome = Assert.Single(messages, m => m[0] == 3);
        Assert.Equal(hasJsonStatus, Encoding.UTF8.GetString(outcome, 1, outcome.Length - 1).Contains("\"NonZeroExitCode\"", StringComparison.Ordinal));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Exec_InBase64_CarriesBothWays()
    {
        using var socket = await ConnectAsync("/exec?command=both&stdout=true&stderr=true", "base64.channel.k8s.io");

        var messages = (await ReadAllAsync(socket)).Select(Encoding.ASCII.GetString).ToList();

        Assert.Contains("1" + Convert.ToBase64String("to stdout\n"u8), messages);
        Assert.Contains("2" + Convert.ToBase64String("to stderr\n"u8), messages);
    }

    [Fact]
    public async Task Exec_WithClosedInput_Ends()
    {
        using var socket = await ConnectAsync("/exec?command=count&stdin=true&stdout=true", "v5.channel.k8s.io");
        await socket.SendAsync(new byte[] { 0, 1, 2, 3 }, WebSocketMessageType.Binary, true, _patience);
        await socket.SendAsync(new byte[] { 9, 1 }, WebSocketMessageType.Binary, true, _patience); // No such channel.
        await socket.SendAsync(Array.Empty<byte>(), WebSocketMessageType.Binary, true, _patience);
        await socket.SendAsync(new byte[] { 255, 0 }, WebSocketMessageType.Binary, true, _patience);
        await socket.SendAsync(new byte[] { 0, 1 }, WebSocketMessageType.Binary, true, _patience); // Too late.

        var messages = await ReadAllAsync(socket);

        Assert.Contains(messages, m => m[0] == 1 && Encoding.ASCII.GetString(m, 1, m.Length - 1) == "3\n");
    }

    [Fact]
    public async Task PortForward_OfTwoPorts_BeginsEachChannelWithItsPort()
    {
        host.ConnectAsync = (port, _) => port == 80
            ? Task.FromResult<Stream>(new MemoryStream("hello"u8.ToArray()))
            : throw new RuntimeException(RuntimeErrorCode.Unavailable, "connection refused");
        using var socket = await ConnectAsync("/portforward?ports=80&ports=8081", "v4.channel.k8s.io");

        var messages = await ReadAllAsync(socket);

        Assert.Contains(messages, m => m.SequenceEqual(new byte[] { 0, 80, 0 }));
        Assert.Contains(messages, m => m.SequenceEqual(new byte[] { 3, 0x91, 0x1F }));
        Assert.Contains(messages, m => m[0] == 0 && Encoding.ASCII.GetString(m, 1, m.Length - 1) == "hello");
        Assert.Contains(messages, m => m[0] == 3 && Encoding.ASCII.GetString(m, 1, m.Length - 1).EndsWith("connection refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exec_InAnUnknownDialect_IsABadRequest()
    {
        var error = await Assert.ThrowsAsync<WebSocketException>(() => ConnectAsync("/exec?command=both&stdout=true", "v9.channel.k8s.io"));

        Assert.Contains("400", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/exec?command=both&stdout=true", null, HttpStatusCode.BadRequest)]
    [InlineData("/exec?command=both&stdout=true", "v9.channel.k8s.io", HttpStatusCode.Forbidden)]
    [InlineData("/portforward", "v9", HttpStatusCode.Forbidden)]
    public async Task Spdy_WithoutAProtocolInCommon_IsRefused(string path, string? protocol, HttpStatusCode status)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Address + Pod + path);
        if (protocol is not null)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Add("Upgrade", "SPDY/3.1");
            request.Headers.Add("X-Stream-Protocol-Version", protocol);
        }

        using var response = await client.SendAsync(request, _patience);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(protocol is not null, response.Headers.Contains("X-Accepted-Stream-Protocol-Versions"));
    }

    private async Task<ClientWebSocket> ConnectAsync(string path, string? protocol)
    {
        var socket = new ClientWebSocket();
        if (protocol is not null)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        await socket.ConnectAsync(new Uri(host.Address.Replace("http", "ws", StringComparison.Ordinal) + Pod + path), _patience);
        Assert.Equal(protocol, socket.SubProtocol);
        return socket;
    }

    private async Task<List<byte[]>> ReadAllAsync(ClientWebSocket socket)
    {
        var messages = new List<byte[]>();
        var buffer = new byte[65536];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, _patience);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _patience);
                return messages;
            }

            messages.Add(buffer[..result.Count]);
        }
    }
}
