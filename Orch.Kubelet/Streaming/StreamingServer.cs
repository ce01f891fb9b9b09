using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orch.Kubelet.Streaming.PortForwarding;
using Orch.Kubelet.Streaming.RemoteCommands;
using Orch.Kubelet.Streaming.Spdy;
using Orch.Kubelet.Streaming.WebSockets;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming;

/// <summary>Serves exec, attach and port-forward on an HTTP request that asks to upgrade, over SPDY/3.1 or WebSocket.</summary>
/// <remarks>The pipeline needs <c>UseWebSockets()</c> before; without it clients of WebSocket fall back to SPDY.</remarks>
internal sealed partial class StreamingServer(StreamingOptions options, TimeProvider time, ILogger<StreamingServer> logger)
{
    private const string TunnelPrefix = "SPDY/3.1+";

    /// <summary>Runs a command with the client's streams; its exit code ends up with the client.</summary>
    /// <returns>When the client has been told and the connection is closed.</returns>
    public Task ServeExecAsync(
        HttpContext context, RemoteCommandRequest request, Func<TerminalStreams, CancellationToken, Task<int>> command) =>
        ServeCommandAsync(context, request, command, "error executing command in container: ");

    /// <summary>Connects the client's streams to a running process.</summary>
    /// <returns>When the client has been told and the connection is closed.</returns>
    public Task ServeAttachAsync(
        HttpContext context, RemoteCommandRequest request, Func<TerminalStreams, CancellationToken, Task> attach) =>
        ServeCommandAsync(
            context,
            request,
            async (streams, cancellationToken) =>
            {
                await attach(streams, cancellationToken).ConfigureAwait(false);
                return 0;
            },
            "error attaching to container: ");

    /// <summary>Forwards connections that the client opens until it leaves.</summary>
    /// <param name="ports">From the query; only the WebSocket road without SPDY inside needs them, the others name a port with each connection.</param>
    public async Task ServePortForwardAsync(HttpContext context, IReadOnlyList<int> ports, PortForwardTarget target)
    {
        if (WebSocketUpgrade.IsRequested(context))
        {
            await ForwardOverWebSocketAsync(context, ports, target).ConfigureAwait(false);
        }
        else if (!SpdyUpgrade.IsRequested(context))
        {
            await RefuseAsync(context).ConfigureAwait(false);
        }
        else if (await SpdyUpgrade.AcceptAsync(context, [SpdyPortForward.Protocol], fallback: SpdyPortForward.Protocol).ConfigureAwait(false) is { } upgraded)
        {
            await ForwardOverSpdyAsync(context, upgraded.Transport, target).ConfigureAwait(false);
        }
    }

    private static async Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync("Upgrade request required", context.RequestAborted).ConfigureAwait(false);
    }

    private async Task ServeCommandAsync(
        HttpContext context, RemoteCommandRequest request, Func<TerminalStreams, CancellationToken, Task<int>> command, string faultPrefix)
    {
        if (await OpenAsync(context, request).ConfigureAwait(false) is not { } transport)
        {
            return;
        }

        await using (transport.ConfigureAwait(false))
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(transport.Ended, context.RequestAborted);
            k8s.Models.V1Status status;
            try
            {
                status = RemoteCommandStatus.FromExitCode(await command(transport.Streams, ended.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is RuntimeException or IOException or OperationCanceledException or InvalidOperationException)
            {
                if (!transport.Ended.IsCancellationRequested)
                {
                    Log.CommandFailed(logger, context.Request.Path, e);
                }

                status = RemoteCommandStatus.InternalError(faultPrefix + e.Message);
            }

            await transport.CompleteAsync(status).ConfigureAwait(false);
        }
    }

    private async Task<IRemoteCommandTransport?> OpenAsync(HttpContext context, RemoteCommandRequest request)
    {
        if (WebSocketUpgrade.IsRequested(context))
        {
            if (await WebSocketUpgrade.AcceptAsync(context, WebSocketChannelProtocol.ForCommands).ConfigureAwait(false) is not { } socket)
            {
                return null;
            }

            var command = new WebSocketRemoteCommand(socket, request, options, time);
            await command.GreetAsync().ConfigureAwait(false);
            return command;
        }

        if (!SpdyUpgrade.IsRequested(context))
        {
            await RefuseAsync(context).ConfigureAwait(false);
            return null;
        }

        if (await SpdyUpgrade.AcceptAsync(context, SpdyRemoteCommand.Protocols, SpdyRemoteCommand.Protocols[^1]).ConfigureAwait(false) is not { } upgraded)
        {
            return null;
        }

        try
        {
            return await SpdyRemoteCommand.OpenAsync(upgraded, request, options, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log.StreamsMissing(logger, context.Request.Path, options.StreamCreationTimeout);
        }
        catch (IOException e)
        {
            Log.ClientBrokeOff(logger, context.Request.Path, e.Message);
        }

        return null;
    }

    private async Task ForwardOverWebSocketAsync(HttpContext context, IReadOnlyList<int> ports, PortForwardTarget target)
    {
        const string Tunnel = TunnelPrefix + SpdyPortForward.Protocol;
        if (context.WebSockets.WebSocketRequestedProtocols.Contains(Tunnel))
        {
            using var socket = await WebSocketUpgrade.AcceptAsync(context, Tunnel).ConfigureAwait(false);
            var transport = WebSocketStream.Create(socket, WebSocketMessageType.Binary, options.Linger);
            await using (transport.ConfigureAwait(false))
            {
                await ForwardOverSpdyAsync(context, transport, target).ConfigureAwait(false);
            }
        }
        else if (ports.Count is 0 or > WebSocketPortForward.MaxPorts)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(
                $"query parameter \"port\" is required, at most {WebSocketPortForward.MaxPorts} times", context.RequestAborted).ConfigureAwait(false);
        }
        else if (await WebSocketUpgrade.AcceptAsync(context, WebSocketChannelProtocol.ForPorts).ConfigureAwait(false) is { } upgraded)
        {
            await new WebSocketPortForward(upgraded, target, options, time).RunAsync(ports, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task ForwardOverSpdyAsync(HttpContext context, Stream transport, PortForwardTarget target)
    {
        var session = new SpdyPortForward(transport, target, options, time);
        await using (session.ConfigureAwait(false))
        {
            if (await session.RunAsync(context.RequestAborted).ConfigureAwait(false) is { } fault)
            {
                Log.ClientBrokeOff(logger, context.Request.Path, fault);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} failed")]
        public static partial void CommandFailed(ILogger logger, PathString path, Exception error);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: the client did not open its streams within {Timeout}")]
        public static partial void StreamsMissing(ILogger logger, PathString path, TimeSpan timeout);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: {Fault}")]
        public static partial void ClientBrokeOff(ILogger logger, PathString path, string fault);
    }
}
