using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Streaming.WebSockets;

/// <summary>Takes an HTTP connection over to a WebSocket; the host's pipeline needs <c>UseWebSockets()</c>.</summary>
internal static class WebSocketUpgrade
{
    public static bool IsRequested(HttpContext context) => context.WebSockets.IsWebSocketRequest;

    /// <returns>The socket and its protocol, or null: the response is written.</returns>
    public static async Task<(WebSocket Socket, WebSocketChannelProtocol Protocol)?> AcceptAsync(
        HttpContext context, IReadOnlyList<WebSocketChannelProtocol> spoken)
    {
        var requested = context.WebSockets.WebSocketRequestedProtocols;
        if (WebSocketChannelProtocol.Negotiate(requested, spoken) is not { } protocol)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(
                $"unable to upgrade: none of the WebSocket protocols [{string.Join(' ', requested)}] is spoken here", context.RequestAborted)
                .ConfigureAwait(false);
            return null;
        }

        return (await AcceptAsync(context, protocol.Name).ConfigureAwait(false), protocol);
    }

    public static Task<WebSocket> AcceptAsync(HttpContext context, string protocol)
    {
        SpdyUpgrade.LiftLimits(context);
        if (protocol.Length > 0)
        {
            // Written here since .NET refuses the slash in "SPDY/3.1+portforward.k8s.io".
            context.Response.Headers.SecWebSocketProtocol = protocol;
        }

        return context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(30),
        });
    }
}
