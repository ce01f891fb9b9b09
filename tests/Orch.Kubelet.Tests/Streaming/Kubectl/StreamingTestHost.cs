using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.Kubelet.Streaming;
using Orch.Kubelet.Streaming.PortForwarding;
using Orch.Kubelet.Streaming.RemoteCommands;
using Orch.Runtime;

namespace Orch.Kubelet.Tests.Streaming.Kubectl;

/// <summary>Just enough of an API for kubectl to reach one pod, whose "commands" are answered in memory.</summary>
public sealed class StreamingTestHost : IAsyncLifetime
{
    private WebApplication _app = null!;

    public string Address { get; private set; } = string.Empty;

    /// <summary>How port-forward reaches a port.</summary>
    public Func<int, CancellationToken, Task<Stream>> ConnectAsync { get; set; } = (port, _) =>
        throw new RuntimeException(RuntimeErrorCode.Unavailable, $"connect to port {port}: connection refused");

    /// <summary>Whether the last connection came over a WebSocket.</summary>
    public bool WasWebSocket { get; private set; }

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new StreamingOptions());
        builder.Services.AddSingleton<StreamingServer>();
        _app = builder.Build();
        _app.UseWebSockets();
        _app.MapGet("/api", () => Json("""{"kind":"APIVersions","versions":["v1"]}"""));
        _app.MapGet("/apis", () => Json("""{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"""));
        _app.MapGet("/api/v1", () => Json(
            """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods","singularName":"pod","namespaced":true,"kind":"Pod","verbs":["get","list"],"shortNames":["po"]}]}"""));
        const string Pod = "/api/v1/namespaces/default/pods/web";
        _app.MapGet(Pod, () => Json(
            """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"default","uid":"u1"},"spec":{"containers":[{"name":"main","image":"x","stdin":true,"tty":false}]},"status":{"phase":"Running"}}"""));
        _app.Map(Pod + "/exec", ExecAsync);
        _app.Map(Pod + "/attach", AttachAsync);
        _app.Map(Pod + "/portforward", PortForwardAsync);
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    private static IResult Json(string json) => Results.Text(json, "application/json");

    private static async Task<int> CommandAsync(IReadOnlyList<string> command, TerminalStreams streams, CancellationToken cancellationToken)
    {
        switch (command[0])
        {
            case "cat":
                await streams.Input!.CopyToAsync(streams.Output!, cancellationToken);
                return 0;
            case "both":
                await streams.Output!.WriteAsync("to stdout\n"u8.ToArray(), cancellationToken);
                await streams.ErrorOutput!.WriteAsync("to stderr\n"u8.ToArray(), cancellationToken);
                return 0;
            case "exit":
                return int.Parse(command[1], System.Globalization.CultureInfo.InvariantCulture);
            case "count":
                var total = 0L;
                var buffer = new byte[65536];
                for (int read; (read = await streams.Input!.ReadAsync(buffer, cancellationToken)) > 0;)
                {
                    total += read;
                }

                await streams.Output!.WriteAsync(Encoding.ASCII.GetBytes($"{total}\n"), cancellationToken);
                return 0;
            case "big":
                for (var i = 0; i < 512; i++)
                {
                    await streams.Output!.WriteAsync(new byte[16_384], cancellationToken);
                }

                return 0;
            case "size":
                // Several sizes may come; the one asked for is among them.
                await foreach (var size in streams.Resizes!.ReadAllAsync(cancellationToken))
                {
                    await streams.Output!.WriteAsync(Encoding.ASCII.GetBytes($"{size.Width}x{size.Height}\r\n"), cancellationToken);
                    return 0;
                }

                return 1;
            default:
                throw new RuntimeException(RuntimeErrorCode.NotRunning, "the container is not running");
        }
    }

    private Task ExecAsync(HttpContext context)
    {
        WasWebSocket = context.WebSockets.IsWebSocketRequest;
        var request = RemoteCommandRequest.Parse(context.Request.Query)!;
        return Server(context).ServeExecAsync(context, request, (streams, ct) => CommandAsync(request.Command, streams, ct));
    }

    private Task AttachAsync(HttpContext context)
    {
        WasWebSocket = context.WebSockets.IsWebSocketRequest;
        var request = RemoteCommandRequest.Parse(context.Request.Query)!;
        return Server(context).ServeAttachAsync(context, request, async (streams, ct) =>
        {
            await streams.Output!.WriteAsync("attached\n"u8.ToArray(), ct);
            if (streams.Input is not null)
            {
                await streams.Input.CopyToAsync(streams.Output!, ct);
            }
        });
    }

    private Task PortForwardAsync(HttpContext context)
    {
        WasWebSocket = context.WebSockets.IsWebSocketRequest;
        int[] ports = [.. context.Request.Query["ports"].Select(p => int.Parse(p!, System.Globalization.CultureInfo.InvariantCulture))];
        return Server(context).ServePortForwardAsync(context, ports, new PortForwardTarget("default/web", "u1", (port, ct) => ConnectAsync(port, ct)));
    }

    private static StreamingServer Server(HttpContext context) => context.RequestServices.GetRequiredService<StreamingServer>();
}
