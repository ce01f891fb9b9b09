using System.Net.WebSockets;
using k8s.Models;
using Orch.Kubelet.Streaming.WebSockets;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>Exec and attach over a WebSocket: channels 0 to 4 are input, output, error output, outcome and window sizes.</summary>
internal sealed class WebSocketRemoteCommand : IRemoteCommandTransport
{
    private readonly WebSocket _socket;
    private readonly WebSocketChannels _channels;
    private readonly WebSocketChannelProtocol _protocol;
    private readonly StreamingOptions _options;
    private readonly WebSocketChannelStream _outcome;
    private readonly Task _running;

    public WebSocketRemoteCommand(
        (WebSocket Socket, WebSocketChannelProtocol Protocol) upgraded, RemoteCommandRequest request, StreamingOptions options, TimeProvider time)
    {
        (_socket, _protocol, _options) = (upgraded.Socket, upgraded.Protocol, options);
        _channels = new WebSocketChannels(_socket, _protocol, options.IdleTimeout, time);
        _outcome = _channels.Open(3);
        Streams = new TerminalStreams
        {
            HasTty = request.HasTty,
            Input = request.HasStdin ? _channels.Open(0) : null,
            Output = request.HasStdout ? _channels.Open(1) : null,
            ErrorOutput = request.HasStderr ? _channels.Open(2) : null,
            Resizes = request.HasTty ? TerminalSizes.Read(_channels.Open(4), _channels.Ended) : null,
        };
        _running = _channels.RunAsync();
    }

    public TerminalStreams Streams { get; }

    public CancellationToken Ended => _channels.Ended;

    /// <summary>Sends an empty message, by which clients know that the connection stands.</summary>
    public async Task GreetAsync()
    {
        try
        {
            var first = Streams.Output ?? Streams.ErrorOutput ?? _outcome;
            await first.WriteAsync(ReadOnlyMemory<byte>.Empty, Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Gone already: the command sees it by its token.
        }
    }

    public async Task CompleteAsync(V1Status status)
    {
        try
        {
            var text = RemoteCommandStatus.Encode(status, _protocol.HasJsonStatus);
            if (text.Length > 0)
            {
                await _outcome.WriteAsync(text, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client did not wait for the outcome.
        }

        await DisposeStreamsAsync().ConfigureAwait(false);
        await _channels.FinishAsync(_running, _options.Linger).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await DisposeStreamsAsync().ConfigureAwait(false);
        _socket.Dispose();
    }

    // Input that nobody reads any more must not hold up the goodbye behind it.
    private async ValueTask DisposeStreamsAsync()
    {
        foreach (var stream in new[] { Streams.Input, Streams.Output, Streams.ErrorOutput, _outcome })
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
