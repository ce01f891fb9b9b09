namespace Orch.Kubelet.Streaming.WebSockets;

/// <summary>One channel of a <see cref="WebSocketChannels"/>.</summary>
internal sealed class WebSocketChannelStream(WebSocketChannels channels, byte number, int bufferBytes) : PipedStream(bufferBytes)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        channels.WriteAsync(number, buffer, cancellationToken);
}
