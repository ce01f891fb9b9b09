using System.Net;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Orch.Kubelet.Probes;
using Orch.Runtime;
using Orch.Testing.Builders;
using Orch.Testing.Networking;
using Orch.Testing.Runtime;

namespace Orch.Kubelet.Tests.Probes;

/// <summary>Against real sockets on the loopback interface.</summary>
public sealed class ProberTests : IAsyncLifetime
{
    private readonly Prober _prober = new(new FakeContainerRuntime(TimeProvider.System), TimeProvider.System);
    private WebApplication _app = null!;
    private int _port;
    private int _grpcPort;
    private byte _grpcStatus = 1;
    private readonly TaskCompletionSource _never = new();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http2);
        });
        _app = builder.Build();
        _app.MapGet("/ok", (HttpContext c) => $"{c.Request.Headers.UserAgent} {c.Request.Headers["X-Probe"]} {c.Request.Host}");
        _app.MapGet("/bad", c => { c.Response.StatusCode = 503; return Task.CompletedTask; });
        _app.MapGet("/here", c => { c.Response.Redirect("/bad"); return Task.CompletedTask; });
        _app.MapGet("/away", c => { c.Response.Redirect("http://elsewhere.example/"); return Task.CompletedTask; });
        _app.MapGet("/slow", c => _never.Task.WaitAsync(c.RequestAborted));
        _app.MapPost("/grpc.health.v1.Health/Check", async c =>
        {
            c.Response.ContentType = "application/grpc";
            await c.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, _grpcStatus });
            c.Response.AppendTrailer("grpc-status", "0");
        });
        await _app.StartAsync();
        var ports = _app.Urls.Select(u => new Uri(u).Port).ToArray();
        (_port, _grpcPort) = (ports[0], ports[1]);
    }

    public async Task DisposeAsync()
    {
        _prober.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/ok", ProbeVerdict.Success, "")]
    [InlineData("/bad", ProbeVerdict.Failure, "HTTP probe failed with statuscode: 503")]
    [InlineData("/here", ProbeVerdict.Failure, "HTTP probe failed with statuscode: 503")]
    [InlineData("/away", ProbeVerdict.Success, "")]
    public async Task Http_ByStatusAndRedirect(string path, object verdict, string output)
    {
        var outcome = await ProbeAsync(new V1Probe { HttpGet = new V1HTTPGetAction { Path = path, Port = "web" }, TimeoutSeconds = 60 });

        Assert.Equal((ProbeVerdict)verdict, outcome.Verdict);
        if (output.Length > 0) { Assert.Equal(output, outcome.Output); }
    }

    [Fact]
    public async Task Http_SendsHeadersAndHost()
    {
        var outcome = await ProbeAsync(new V1Probe
        {
            HttpGet = new V1HTTPGetAction { Path = "ok", Port = "web", HttpHeaders = [new V1HTTPHeader { Name = "X-Probe", Value = "yes" }, new V1HTTPHeader { Name = "Host", Value = "app.example" }] },
            TimeoutSeconds = 60,
        });

        Assert.Equal("kube-probe/1.36 yes app.example", outcome.Output);
    }

    [Fact]
    public async Task Http_TooSlow_IsFailure()
    {
        var outcome = await ProbeAsync(new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/slow", Port = "web" }, TimeoutSeconds = 2 });

        Assert.Equal(ProbeVerdict.Failure, outcome.Verdict);
        Assert.Equal($"Get \"http://127.0.0.1:{_port}/slow\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)", outcome.Output);
    }

    [Fact]
    public async Task NothingListens_IsFailureInGosWords()
    {
        using var dead = Ports.Dead(out var port);

        var http = await ProbeAsync(new V1Probe { HttpGet = new V1HTTPGetAction { Path = "/", Port = port }, TimeoutSeconds = 60 });
        var tcp = await ProbeAsync(new V1Probe { TcpSocket = new V1TCPSocketAction { Port = port }, TimeoutSeconds = 60 });

        Assert.Equal($"Get \"http://127.0.0.1:{port}/\": dial tcp 127.0.0.1:{port}: connect: connection refused", http.Output);
        Assert.Equal($"dial tcp 127.0.0.1:{port}: connect: connection refused", tcp.Output);
        Assert.Equal(ProbeVerdict.Failure, tcp.Verdict);
    }

    [Fact]
    public async Task Tcp_ByName_Connects()
        => Assert.Equal(ProbeVerdict.Success, (await ProbeAsync(new V1Probe { TcpSocket = new V1TCPSocketAction { Port = "web" }, TimeoutSeconds = 60 })).Verdict);

    [Fact]
    public async Task Port_Unknown_IsUnknown()
        => Assert.Equal(ProbeVerdict.Unknown, (await ProbeAsync(new V1Probe { TcpSocket = new V1TCPSocketAction { Port = "nope" } })).Verdict);

    [Theory]
    [InlineData(1, ProbeVerdict.Success, "")]
    [InlineData(2, ProbeVerdict.Failure, "service unhealthy (responded with \"NOT_SERVING\")")]
    public async Task Grpc_ByStatus(byte status, object verdict, string output)
    {
        _grpcStatus = status;

        var outcome = await ProbeAsync(new V1Probe { Grpc = new V1GRPCAction { Port = _grpcPort, Service = "db" }, TimeoutSeconds = 60 });

        Assert.Equal((ProbeVerdict)verdict, outcome.Verdict);
        Assert.Equal(output, outcome.Output);
    }

    private Task<ProbeOutcome> ProbeAsync(V1Probe probe)
    {
        var container = Build.Container("main");
        container.Ports = [new V1ContainerPort { Name = "web", ContainerPort = _port }];
        return _prober.ProbeAsync(new HandlerTarget(Build.Pod("web"), container, new ContainerId("c"), "127.0.0.1"), probe, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(90));
    }
}
