namespace Orch.Kubelet.Streaming;

/// <summary>How long the node agent waits on clients of exec, attach and port-forward; the defaults are upstream's.</summary>
internal sealed class StreamingOptions
{
    /// <summary>For the client to open the streams that it announced. Default 30 s.</summary>
    public TimeSpan StreamCreationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a byte in either direction. Default 4 h.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(4);

    /// <summary>After the end, for the client to take what was sent and close. Default 10 s.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(10);
}
