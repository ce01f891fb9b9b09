using Etcdserverpb;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Mvccpb;
using Orch.Storage;
using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Watching;

/// <summary>One watch over as many streams as it takes: a new one goes on after the last revision delivered.</summary>
/// <remarks>
/// Nothing is missed, since etcd replays from a start revision or says that it was compacted; nothing comes twice, since
/// what is not newer than the last revision is dropped. Buffering is etcd's: no message is read before the consumer asks for it.
/// </remarks>
internal sealed partial class EtcdWatch(EtcdConnections connections, EtcdKeys keys, StoreWatchRequest request, EtcdWatchSettings settings, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Queue<StoreWatchBatch> _ready = new();
    private readonly List<Event> _fragments = [];
    private EtcdWatchStream? _stream;
    private long _delivered = request.After.Value;
    private TimeSpan _pause = FirstPause;

    public async ValueTask<StoreWatchBatch> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_ready.TryDequeue(out var batch))
            {
                return batch;
            }

            var connection = connections.Current;
            try
            {
                _stream ??= await EtcdWatchStream.OpenAsync(connection, NewRequest(), settings, request.ProgressInterval, cancellationToken).ConfigureAwait(false);
                if (await _stream.NextAsync(_delivered, cancellationToken).ConfigureAwait(false) is { } response)
                {
                    Take(response);
                    _pause = FirstPause;
                }
                else if (_delivered > 0)
                {
                    // This etcd's own notices cannot be trusted or are rare: say again what is certain.
                    _ready.Enqueue(new StoreWatchBatch(new Revision(_delivered), []));
                }
            }
            catch (RpcException failure)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await RecoverAsync(_stream?.Connection ?? connection, failure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _stream?.Dispose();

    private async Task RecoverAsync(EtcdConnection connection, RpcException failure, CancellationToken cancellationToken)
    {
        Close();
        var translated = EtcdErrors.ToStoreException(failure, connection.Endpoint);
        if (translated.Code != StoreErrorCode.Unavailable)
        {
            throw translated;
        }

        Log.WatchInterrupted(logger, request.Prefix, connection.Endpoint, _delivered, failure.Status.Detail);
        connections.MoveOnFrom(connection);
        await Task.Delay(_pause, settings.Time, cancellationToken).ConfigureAwait(false);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
        _fragments.Clear();
    }

    private WatchCreateRequest NewRequest() => new()
    {
        Key = keys.EncodeStart(request.Prefix),
        RangeEnd = keys.Encode(Storage.RangeRequest.PrefixEnd(request.Prefix)),
        StartRevision = _delivered == 0 ? 0 : _delivered + 1,
        PrevKv = true,
        ProgressNotify = request.ProgressInterval is not null,
        Fragment = true,
    };

    private void Take(WatchResponse response)
    {
        if (response.CompactRevision > 0)
        {
            throw new StoreException(
                StoreErrorCode.Compacted, $"The watch of '{request.Prefix}' needs revision {_delivered + 1}; etcd has compacted up to {response.CompactRevision}.")
            {
                CompactRevision = new Revision(response.CompactRevision),
            };
        }

        if (response.Canceled)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, $"the watch was cancelled: {response.CancelReason}"));
        }

        if (response.Created)
        {
            // Only a watch "from now on" starts where etcd stands; any other still has to be brought there.
            Advance(_delivered == 0 ? response.Header.Revision : 0);
            return;
        }

        _fragments.AddRange(response.Events);
        if (response.Fragment)
        {
            return;
        }

        if (_fragments.Count == 0)
        {
            Advance(response.Header.Revision);
            return;
        }

        foreach (var revision in _fragments.GroupBy(change => change.Kv.ModRevision))
        {
            if (revision.Key > _delivered)
            {
                _delivered = revision.Key;
                _ready.Enqueue(new StoreWatchBatch(new Revision(revision.Key), [.. revision.Select(Decode)]));
            }
        }

        _fragments.Clear();
    }

    private void Advance(long revision)
    {
        if (revision > 0 && revision >= _delivered)
        {
            _delivered = revision;
            _ready.Enqueue(new StoreWatchBatch(new Revision(revision), []));
        }
    }

    private StoreEvent Decode(Event change) => new(
        keys.Decode(change.Kv.Key),
        change.Type == Event.Types.EventType.Put ? keys.Decode(change.Kv) : null,
        new Revision(change.Kv.ModRevision),
        change.PrevKv is { } previous ? keys.Decode(previous) : null);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The watch of {Prefix} at {Endpoint} was cut after revision {Revision} and goes on elsewhere: {Reason}")]
        public static partial void WatchInterrupted(ILogger logger, string prefix, string endpoint, long revision, string reason);
    }
}
