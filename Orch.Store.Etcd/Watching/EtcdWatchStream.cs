using Etcdserverpb;
using Grpc.Core;
using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Watching;

/// <summary>One gRPC stream with one watch on it.</summary>
internal sealed class EtcdWatchStream : IDisposable
{
    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly TimeSpan? _progress;
    private readonly bool _canAsk;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Task<bool>? _pending;

    private EtcdWatchStream(EtcdConnection connection, TimeSpan? progress, bool canAsk, TimeProvider time)
    {
        Connection = connection;
        _progress = progress;
        _canAsk = canAsk;
        _time = time;

        // A member cut off from the others would else go on in silence.
        _call = connection.Watches.Watch(new Metadata { { "hasleader", "true" } }, cancellationToken: _stop.Token);
    }

    public EtcdConnection Connection { get; }

    public static async Task<EtcdWatchStream> OpenAsync(
        EtcdConnection connection, WatchCreateRequest request, TimeSpan? progress, TimeProvider time, CancellationToken cancellationToken)
    {
        var canAsk = progress is not null && await EtcdVersion.HasReliableProgressAsync(connection, cancellationToken).ConfigureAwait(false);
        var stream = new EtcdWatchStream(connection, progress, canAsk, time);
        try
        {
            await stream.SendAsync(new WatchRequest { CreateRequest = request }, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (Exception)
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The next response; null once when nothing came for the progress interval.</summary>
    /// <exception cref="RpcException">The stream ended.</exception>
    public async ValueTask<WatchResponse?> NextAsync(CancellationToken cancellationToken)
    {
        _pending ??= _call.ResponseStream.MoveNext(_stop.Token);
        Task pending = _pending;
        await pending.WaitAsync(_progress ?? Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!_pending.IsCompleted)
        {
            if (_canAsk)
            {
                await SendAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, cancellationToken).ConfigureAwait(false);
            }

            return null;
        }

        if (!await _pending.ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended"));
        }

        _pending = null;
        return _call.ResponseStream.Current;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _ = _pending?.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _call.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(WatchRequest message, CancellationToken cancellationToken)
    {
        try
        {
            await _call.RequestStream.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidOperationException failure)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended", failure));
        }
    }
}
