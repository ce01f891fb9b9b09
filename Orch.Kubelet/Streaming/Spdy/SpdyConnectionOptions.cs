namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>The bounds of one connection.</summary>
internal sealed class SpdyConnectionOptions
{
    /// <summary>Streams open at once; more are refused one by one. An exec needs 5, each forwarded connection 2.</summary>
    public int MaxStreams { get; init; } = 4096;

    /// <summary>Bytes received on a stream and not yet read, over which nothing more is read from the connection.</summary>
    public int StreamBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Control frames over this end the connection.</summary>
    public int MaxControlFrameBytes { get; init; } = 64 * 1024;

    /// <summary>The connection ends when no frame passed for this long, in either direction; upstream's four hours by default.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(4);
}
