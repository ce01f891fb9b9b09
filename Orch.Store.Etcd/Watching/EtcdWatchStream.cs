using Etcdserverpb;
using Grpc.Core;
using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Watching;

/// <summary>One gRPC stream with one watch on it.</summary>
internal sealed class EtcdWatchStream : IDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);

    private readonly AsyncDuplexStreamingCall<WatchRequest, WatchResponse> _call;
    private readonly TimeSpan? _progress;
    private readonly bool _canAsk;
    private readonly ProgressDemand _demand;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Task<bool>? _pending;

    private EtcdWatchStream(EtcdConnection connection, TimeSpan? progress, bool canAsk, ProgressDemand demand, TimeProvider time)
    {
        Connection = connection;
        _progress = progress;
        _canAsk = canAsk;
        _demand = demand;
        _time = time;

        // A member cut off from the others would else go on in silence.
        _call = connection.Watches.Watch(new Metadata { { "hasleader", "true" } }, cancellationToken: _stop.Token);
    }

    public EtcdConnection Connection { get; }

    public static async Task<EtcdWatchStream> OpenAsync(
        EtcdConnection connection, WatchCreateRequest request, EtcdWatchSettings settings, TimeSpan? progress, CancellationToken cancellationToken)
    {
        var canAsk = progress is not null && await settings.CanAskAsync(connection, cancellationToken).ConfigureAwait(false);
        var stream = new EtcdWatchStream(connection, progress, canAsk, settings.Demand, settings.Time);
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

    /// <summary>The next response; null when nothing came for the progress interval.</summary>
    /// <param name="delivered">The consumer's revision: while more is wanted, etcd is asked how far it is.</param>
    /// <exception cref="RpcException">The stream ended.</exception>
    public async ValueTask<WatchResponse?> NextAsync(long delivered, CancellationToken cancellationToken)
    {
        _pending ??= _call.ResponseStream.MoveNext(_stop.Token);
        if (!_pending.IsCompleted && _progress is { } interval && !await HasResponseAsync(_pending, interval, delivered, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        if (!await _pending.WaitAsync(cancellationToken).ConfigureAwait(false))
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

    private async ValueTask<bool> HasResponseAsync(Task pending, TimeSpan interval, long delivered, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        for (var left = interval; left > TimeSpan.Zero; left = interval - _time.GetElapsedTime(started))
        {
            var isBehind = _canAsk && _demand.Wanted > delivered;
            if (isBehind)
            {
                await AskAsync(cancellationToken).ConfigureAwait(false);
            }

            // etcd may ignore a question while it still brings the watch up to date, hence again and again.
            Task any = _canAsk && !isBehind ? Task.WhenAny(pending, _demand.ExceedsAsync(delivered)) : pending;
            await any.WaitAsync(isBehind && left > AskAgain ? AskAgain : left, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (pending.IsCompleted)
            {
                return true;
            }
        }

        if (_canAsk)
        {
            await AskAsync(cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private Task AskAsync(CancellationToken cancellationToken)
        => SendAsync(new WatchRequest { ProgressRequest = new WatchProgressRequest() }, cancellationToken);
}
