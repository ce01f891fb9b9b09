using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Proxying;

/// <summary>A hand-written node agent at the other end: raw TLS, so that every byte of the tunnel is seen.</summary>
public sealed class KubeletProxyTests : IAsyncLifetime
{
    private readonly TcpListener _agent = new(IPAddress.Loopback, 0);
    private TestServer _server = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.ListenAsync();
        _agent.Start();
        var port = ((IPEndPoint)_agent.LocalEndpoint).Port;
        var node = new V1Node
        {
            Metadata = new V1ObjectMeta { Name = "n1" },
            Status = new V1NodeStatus
            {
                Addresses = [new V1NodeAddress { Type = "InternalIP", Address = "127.0.0.1" }],
                DaemonEndpoints = new V1NodeDaemonEndpoints { KubeletEndpoint = new V1DaemonEndpoint { Port = port } },
            },
        };
        await _server.Admin.Resource<V1Node>().CreateAsync(node, CancellationToken.None);
        var made = await _server.Admin.Resource<V1Node>().GetAsync(Orch.Resources.ObjectKey.Cluster("n1"), CancellationToken.None);
        var status = Orch.Serialization.ApiJson.DeepCopy(made);
        status.Status = node.Status;
        await _server.Admin.Resource<V1Node>().UpdateStatusAsync(status, CancellationToken.None);
        await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        await _server.Admin.Resource<V1Pod>().CreateAsync(new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "p", NamespaceProperty = "default" },
            Spec = new V1PodSpec { NodeName = "n1", Containers = [new V1Container { Name = "c", Image = "i" }] },
        }, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _agent.Dispose();
    }

    [Fact]
    public async Task Exec_IsATunnelToTheNodeAgent()
    {
        var agent = AgentAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\nhello", echo: true);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Address.Port);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _server.Certificates.Trust() });
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/v1/namespaces/default/pods/p/exec?command=ls&command=-l&stdin=true&stdout=true&stderr=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer admin/system:masters\r\n"
            + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v5.channel.k8s.io\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n"));

        var answer = await ReadUntilAsync(stream, "hello").Within("the agent's first bytes");
        Assert.StartsWith("HTTP/1.1 101", answer, StringComparison.Ordinal);
        Assert.Contains("X-Stream-Protocol-Version: v4.channel.k8s.io", answer, StringComparison.Ordinal);
        await stream.WriteAsync("ping!"u8.ToArray());
        Assert.Equal("ping!", await ReadUntilAsync(stream, "ping!").Within("the echo"));
        stream.Close();

        var head = await agent.Within("the agent to see the end");
        Assert.StartsWith("POST /exec/default/p/c?input=1&output=1&error=1&command=ls&command=-l HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Stream-Protocol-Version: v5.channel.k8s.io\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_IsStreamedFromTheNodeAgent()
    {
        var agent = AgentAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nline\n", echo: false);
        using var http = _server.Http();
        Assert.Equal("line\n", await http.GetStringAsync(new Uri("/api/v1/namespaces/default/pods/p/log?tailLines=3&follow=true", UriKind.Relative)).Within("the log"));
        Assert.StartsWith("GET /containerLogs/default/p/c?follow=true&tailLines=3 HTTP/1.1\r\n", await agent.Within("the agent"), StringComparison.Ordinal);
    }

    // What the client offers; what is agreed to, null for a refusal; how a message is to be read.
    [Theory]
    [InlineData("", "", false)]
    [InlineData("binary.k8s.io", "binary.k8s.io", false)]
    [InlineData("base64.binary.k8s.io", "base64.binary.k8s.io", true)]
    [InlineData("odd, base64.binary.k8s.io, binary.k8s.io", "base64.binary.k8s.io", true)]
    [InlineData("odd", null, false)]
    public async Task Log_OverAWebSocket_IsInMessages(string offered, string? agreed, bool isBase64)
    {
        var agent = AgentAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nline\n", echo: false);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", "Bearer admin/system:masters");
        var trust = _server.Certificates.Trust();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            chain!.ChainPolicy = trust;
            return chain.Build(new X509Certificate2(certificate!));
        };
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var protocol in offered.Split(", ", StringSplitOptions.RemoveEmptyEntries)) { socket.Options.AddSubProtocol(protocol); }
        var opening = socket.ConnectAsync(new Uri($"wss://{_server.Address.Authority}/api/v1/namespaces/default/pods/p/log?follow=true"), CancellationToken.None).Within("the handshake");
        if (agreed is null)
        {
            await Assert.ThrowsAsync<WebSocketException>(() => opening);
            Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
            return;
        }

        await opening;
        Assert.Equal(agreed, socket.SubProtocol ?? string.Empty);
        var messages = new List<string>();
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, CancellationToken.None).Within("a message") is { MessageType: not WebSocketMessageType.Close } result)
        {
            Assert.Equal(isBase64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, result.MessageType);
            messages.Add(Encoding.ASCII.GetString(buffer, 0, result.Count));
        }

        Assert.Equal(["", isBase64 ? "bGluZQo=" : "line\n"], messages);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.StartsWith("GET /containerLogs/default/p/c?follow=true HTTP/1.1\r\n", await agent.Within("the agent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_RefusedByTheNodeAgent_IsAStatus()
    {
        var agent = AgentAsync("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nwaiting", echo: false);
        using var http = _server.Http();
        using var response = await http.GetAsync(new Uri("/api/v1/namespaces/default/pods/p/log", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("\"message\":\"waiting\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await agent.Within("the agent");
    }

    [Fact]
    public async Task Exec_NodeAgentIsAway_IsAStatus()
    {
        _agent.Stop();
        using var http = _server.Http();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/default/pods/p/exec?command=ls");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.Add(new("websocket"));
        using var response = await http.SendAsync(request).Within("an answer");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("error dialing backend: dial tcp 127.0.0.1:", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_Unknown_IsRefused()
    {
        using var http = _server.Http();
        using var response = await http.GetAsync(new Uri("/api/v1/namespaces/default/pods/p/log?container=x", UriKind.Relative));
        Assert.Contains("container x is not valid for pod p", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer);
            if (read == 0) { break; }
            text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    // Answers one connection and returns the request's head.
    private async Task<string> AgentAsync(string answer, bool echo)
    {
        using var connection = await _agent.AcceptTcpClientAsync();
        await using var stream = new SslStream(connection.GetStream());
        await stream.AuthenticateAsServerAsync(_server.Certificates.Server);
        var head = await ReadUntilAsync(stream, "\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        var buffer = new byte[4096];
        while (echo && await stream.ReadAsync(buffer) is > 0 and var read) { await stream.WriteAsync(buffer.AsMemory(0, read)); }
        return head;
    }
}
