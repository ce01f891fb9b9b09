using System.Buffers.Binary;
using System.Net.WebSockets;
using Orch.Kubelet.Streaming.WebSockets;

namespace Orch.Kubelet.Streaming.PortForwarding;

/// <summary>Port-forward as client libraries speak it without SPDY: one connection a port, on channels 2n (data) and 2n + 1 (error).</summary>
internal sealed class WebSocketPortForward(
    (WebSocket Socket, WebSocketChannelProtocol Protocol) upgraded, PortForwardTarget target, StreamingOptions options, TimeProvider time)
{
    /// <summary>Channel numbers are a byte, and each port takes two.</summary>
    public const int MaxPorts = 127;

    public async Task RunAsync(IReadOnlyList<int> ports, CancellationToken cancellationToken)
    {
        using var socket = upgraded.Socket;
        var channels = new WebSocketChannels(socket, upgraded.Protocol, options.IdleTimeout, time);
        await using (channels.ConfigureAwait(false))
        {
            var pairs = ports.Select((port, i) => (port, Data: channels.Open((byte)(2 * i)), Error: channels.Open((byte)((2 * i) + 1)))).ToArray();
            var running = channels.RunAsync();
            await using (cancellationToken.Register(channels.End).ConfigureAwait(false))
            {
                await Task.WhenAll(pairs.Select(pair => ForwardAsync(pair.port, pair.Data, pair.Error, channels.Ended))).ConfigureAwait(false);
                await channels.FinishAsync(running, options.Linger).ConfigureAwait(false);
            }
        }
    }

    private async Task ForwardAsync(int port, WebSocketChannelStream data, WebSocketChannelStream error, CancellationToken ended)
    {
        try
        {
            // Every channel begins with the port that it belongs to, little-endian.
            var head = new byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)port);
            await data.WriteAsync(head, ended).ConfigureAwait(false);
            await error.WriteAsync(head, ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return;
        }

        await PortConnection.ForwardAsync(target, port, data, error, ended).ConfigureAwait(false);
    }
}
