namespace Orch.Kubelet.Streaming.WebSockets;

/// <summary>A dialect of channels in a WebSocket.</summary>
/// <param name="Name">As negotiated; empty when the client named none.</param>
internal sealed record WebSocketChannelProtocol(string Name)
{
    /// <summary>Messages are text: the channel's digit, then base64.</summary>
    public bool IsBase64 { get; init; }

    /// <summary>How a command ended comes as JSON rather than as bare text.</summary>
    public bool HasJsonStatus { get; init; }

    /// <summary>Channel 255 tells that the channel it names is closed.</summary>
    public bool HasCloseSignal { get; init; }

    /// <summary>Those of exec and attach.</summary>
    public static IReadOnlyList<WebSocketChannelProtocol> ForCommands { get; } =
    [
        new("v5.channel.k8s.io") { HasJsonStatus = true, HasCloseSignal = true },
        new("v4.channel.k8s.io") { HasJsonStatus = true },
        new("v4.base64.channel.k8s.io") { HasJsonStatus = true, IsBase64 = true },
        new("channel.k8s.io"),
        new("base64.channel.k8s.io") { IsBase64 = true },
        new(string.Empty),
    ];

    /// <summary>Those of port-forward without SPDY inside.</summary>
    public static IReadOnlyList<WebSocketChannelProtocol> ForPorts { get; } =
    [
        new("v4.channel.k8s.io"),
        new("v4.base64.channel.k8s.io") { IsBase64 = true },
        new("portforward.k8s.io"),
        new(string.Empty),
    ];

    /// <summary>The first that the client asks for and this side speaks, or null.</summary>
    public static WebSocketChannelProtocol? Negotiate(IList<string> requested, IReadOnlyList<WebSocketChannelProtocol> spoken) =>
        requested.Count == 0
            ? spoken.FirstOrDefault(protocol => protocol.Name.Length == 0)
            : requested.Select(name => spoken.FirstOrDefault(protocol => protocol.Name == name)).FirstOrDefault(protocol => protocol is not null);
}
