using System.Collections.Concurrent;
using System.Globalization;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Streaming.PortForwarding;

/// <summary>Port-forward over SPDY: every connection is a pair of streams, error and data, with the same request id and port.</summary>
internal sealed class SpdyPortForward : IAsyncDisposable
{
    public const string Protocol = "portforward.k8s.io";

    private readonly PortForwardTarget _target;
    private readonly StreamingOptions _options;
    private readonly TimeProvider _time;
    private readonly SpdyConnection _connection;
    private readonly Dictionary<string, Pair> _waiting = [];
    private readonly ConcurrentDictionary<Task, bool> _forwarding = new();

    public SpdyPortForward(Stream transport, PortForwardTarget target, StreamingOptions options, TimeProvider time)
    {
        (_target, _options, _time) = (target, options, time);
        _connection = new SpdyConnection(transport, IsValid, new SpdyConnectionOptions { IdleTimeout = options.IdleTimeout }, time);
    }

    /// <summary>Forwards until the client leaves.</summary>
    /// <returns>Null, or how the client broke the protocol.</returns>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var running = _connection.RunAsync();
        await using (cancellationToken.Register(_connection.End).ConfigureAwait(false))
        {
            await foreach (var stream in _connection.Accepted.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await TakeAsync(stream).ConfigureAwait(false);
            }
        }

        var fault = await running.ConfigureAwait(false);
        foreach (var pair in _waiting.Values.ToArray())
        {
            await pair.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_forwarding.Keys).ConfigureAwait(false);
        return fault;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static bool IsValid(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault("streamType") is "error" or "data" && PortOf(headers) > 0;

    private static int PortOf(IReadOnlyDictionary<string, string> headers) =>
        ushort.TryParse(headers.GetValueOrDefault("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    // Clients older than request ids open the error stream first, and the data stream right after it.
    private static string KeyOf(SpdyStream stream) =>
        stream.Headers.GetValueOrDefault("requestID") is { Length: > 0 } id
            ? id
            : (stream.Headers["streamType"] == "error" ? stream.Id : stream.Id - 2).ToString(CultureInfo.InvariantCulture);

    private async ValueTask TakeAsync(SpdyStream stream)
    {
        var key = KeyOf(stream);
        Pair pair;
        bool isNew;
        lock (_waiting)
        {
            isNew = !_waiting.TryGetValue(key, out pair!);
            if (isNew)
            {
                _waiting[key] = pair = new Pair();
            }
        }

        if (!pair.TryAdd(stream))
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (pair is { Data: { } data, Error: { } error })
        {
            lock (_waiting)
            {
                _waiting.Remove(key);
            }

            pair.Completed.TrySetResult();
            Track(PortConnection.ForwardAsync(_target, PortOf(data.Headers), data, error, _connection.Ended));
        }
        else if (isNew)
        {
            Track(DropLateAsync(key, pair));
        }
    }

    private async Task DropLateAsync(string key, Pair pair)
    {
        try
        {
            await pair.Completed.Task.WaitAsync(_options.StreamCreationTimeout, _time, _connection.Ended).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (_waiting)
            {
                if (!_waiting.Remove(key))
                {
                    return; // The other half came at the last moment.
                }
            }

            await pair.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Track(Task work)
    {
        _forwarding[work] = true;
        _ = work.ContinueWith(
            done => _forwarding.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private sealed class Pair : IAsyncDisposable
    {
        public SpdyStream? Data { get; private set; }

        public SpdyStream? Error { get; private set; }

        public TaskCompletionSource Completed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool TryAdd(SpdyStream stream)
        {
            if (stream.Headers["streamType"] == "data")
            {
                (var isFree, Data) = (Data is null, Data ?? stream);
                return isFree;
            }

            (var isErrorFree, Error) = (Error is null, Error ?? stream);
            return isErrorFree;
        }

        public async ValueTask DisposeAsync()
        {
            if (Data is not null)
            {
                await Data.DisposeAsync().ConfigureAwait(false);
            }

            if (Error is not null)
            {
                await Error.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
