using k8s.Models;
using Orch.Kubelet.Streaming.Spdy;
using Orch.Runtime;

namespace Orch.Kubelet.Streaming.RemoteCommands;

/// <summary>Exec and attach over SPDY: one stream each for error, input, outputs and window sizes, told apart by a header.</summary>
internal sealed class SpdyRemoteCommand : IRemoteCommandTransport
{
    /// <summary>Best first.</summary>
    public static readonly IReadOnlyList<string> Protocols =
        ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];

    private const string StreamType = "streamType";

    private readonly SpdyConnection _connection;
    private readonly Task<string?> _running;
    private readonly StreamingOptions _options;
    private readonly TimeProvider _time;
    private readonly string _protocol;
    private readonly Dictionary<string, SpdyStream> _streams = [];

    private SpdyRemoteCommand(Stream transport, string protocol, StreamingOptions options, TimeProvider time)
    {
        (_protocol, _options, _time) = (protocol, options, time);
        _connection = new SpdyConnection(transport, IsKnown, new SpdyConnectionOptions { IdleTimeout = options.IdleTimeout, MaxStreams = 16 }, time);
        _running = _connection.RunAsync();
    }

    public TerminalStreams Streams { get; private set; } = new();

    public CancellationToken Ended => _connection.Ended;

    /// <summary>Waits for the streams that the request announces.</summary>
    /// <exception cref="TimeoutException">The client did not open them in time.</exception>
    /// <exception cref="IOException">The client left first, or broke the protocol.</exception>
    public static async Task<SpdyRemoteCommand> OpenAsync(
        (Stream Transport, string Protocol) upgraded, RemoteCommandRequest request, StreamingOptions options, TimeProvider time)
    {
        var command = new SpdyRemoteCommand(upgraded.Transport, upgraded.Protocol, options, time);
        try
        {
            await command.ReceiveStreamsAsync(request).WaitAsync(options.StreamCreationTimeout, time).ConfigureAwait(false);
            return command;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            await command.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task CompleteAsync(V1Status status)
    {
        var isJson = _protocol == Protocols[0];
        try
        {
            await _streams["error"].WriteAsync(RemoteCommandStatus.Encode(status, isJson), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client did not wait for the outcome.
        }

        foreach (var stream in _streams.Values)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        await _connection.FinishAsync(_running, _options.Linger).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (var stream in _streams.Values)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsKnown(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault(StreamType) is "error" or "stdin" or "stdout" or "stderr" or "resize";

    private async Task ReceiveStreamsAsync(RemoteCommandRequest request)
    {
        var canResize = _protocol is "v4.channel.k8s.io" or "v3.channel.k8s.io";
        var expected = new HashSet<string> { "error" };
        Expect(request.HasStdin, "stdin");
        Expect(request.HasStdout, "stdout");
        Expect(request.HasStderr, "stderr");
        Expect(request.HasTty && canResize, "resize");

        while (expected.Count > 0)
        {
            if (!await _connection.Accepted.WaitToReadAsync().ConfigureAwait(false))
            {
                throw new IOException(await _running.ConfigureAwait(false) ?? "the client left before it opened its streams");
            }

            while (_connection.Accepted.TryRead(out var stream))
            {
                var type = stream.Headers[StreamType];
                if (!_streams.TryAdd(type, stream))
                {
                    throw new IOException($"the client opened the stream '{type}' twice");
                }

                expected.Remove(type);
            }
        }

        Streams = new TerminalStreams
        {
            HasTty = request.HasTty,
            Input = request.HasStdin ? _streams["stdin"] : null,
            Output = request.HasStdout ? _streams["stdout"] : null,
            ErrorOutput = request.HasStderr ? _streams["stderr"] : null,
            Resizes = _streams.TryGetValue("resize", out var resize) ? TerminalSizes.Read(resize, Ended) : null,
        };

        void Expect(bool isWanted, string type)
        {
            if (isWanted)
            {
                expected.Add(type);
            }
        }
    }
}
