using System.Runtime.CompilerServices;
using Etcdserverpb;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Storage;
using Orch.Store.Etcd.Connections;
using Orch.Store.Etcd.Watching;

namespace Orch.Store.Etcd;

/// <summary>Keeps the cluster in etcd v3.</summary>
/// <remarks>
/// A commit that fails as <c>Unavailable</c> may have happened. Reads are tried again on the other members until the request timeout.
/// A watch survives the loss of its member: it goes on after the last revision that it delivered.
/// </remarks>
public sealed class EtcdStore : IStore, IDisposable
{
    private readonly EtcdConnections _connections;
    private readonly EtcdCaller _caller;
    private readonly EtcdKeys _keys;
    private readonly EtcdWatchSettings _watching;
    private readonly ILogger _logger;

    /// <summary>Connects when first used.</summary>
    public EtcdStore(EtcdStoreOptions options, TimeProvider? time = null, ILogger<EtcdStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        time ??= TimeProvider.System;
        _logger = logger ?? NullLogger<EtcdStore>.Instance;
        _connections = new EtcdConnections(options);
        _caller = new EtcdCaller(_connections, options, time);
        _keys = new EtcdKeys(options.KeyPrefix);
        _watching = new EtcdWatchSettings(new ProgressDemand(), time, EtcdVersion.HasReliableProgressAsync);
    }

    internal EtcdCaller Caller => _caller;

    /// <summary>Whether a member may be asked for progress.</summary>
    internal Func<EtcdConnection, CancellationToken, Task<bool>> CanAskForProgressAsync
    {
        init => _watching = _watching with { CanAskAsync = value };
    }

    /// <inheritdoc />
    public async ValueTask<CommitResult> CommitAsync(CommitRequest request, CancellationToken cancellationToken)
    {
        _ = StoreLimits.Check(request);
        var transaction = EtcdCommits.ToTransaction(request, _keys);
        var response = await _caller.CallAsync(
            isRepeatable: false, (etcd, call) => etcd.Keys.TxnAsync(transaction, call), cancellationToken).ConfigureAwait(false);
        return EtcdCommits.ToResult(request, response, _keys);
    }

    /// <inheritdoc />
    public async ValueTask<RangeResult> RangeAsync(Storage.RangeRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var range = new Etcdserverpb.RangeRequest
        {
            Key = request.To is null ? _keys.Encode(request.From) : _keys.EncodeStart(request.From),
            Revision = request.AtRevision.Value,
            Limit = request.Limit,
            KeysOnly = request.KeysOnly,
            CountOnly = request.CountOnly,
        };
        if (request.To is { } to)
        {
            range.RangeEnd = _keys.Encode(to);
        }

        var response = await _caller.CallAsync(
            isRepeatable: true, (etcd, call) => etcd.Keys.RangeAsync(range, call), cancellationToken).ConfigureAwait(false);
        var entries = new StoreEntry[response.Kvs.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = _keys.Decode(response.Kvs[i]);
        }

        return new RangeResult(new Revision(response.Header.Revision), entries, response.More, response.Count);
    }

    /// <inheritdoc />
    public IAsyncEnumerable<StoreWatchBatch> WatchAsync(StoreWatchRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(this, request, cancellationToken);

        static async IAsyncEnumerable<StoreWatchBatch> RunAsync(
            EtcdStore store, StoreWatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            using var watch = new EtcdWatch(store._connections, store._keys, request, store._watching, store._logger);
            while (true)
            {
                yield return await watch.NextAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask<Revision> CurrentRevisionAsync(CancellationToken cancellationToken)
    {
        var probe = new Etcdserverpb.RangeRequest { Key = _keys.Encode("/"), CountOnly = true };
        var response = await _caller.CallAsync(
            isRepeatable: true, (etcd, call) => etcd.Keys.RangeAsync(probe, call), cancellationToken).ConfigureAwait(false);
        _watching.Demand.Raise(response.Header.Revision);
        return new Revision(response.Header.Revision);
    }

    /// <inheritdoc />
    public async Task CompactAsync(Revision revision, CancellationToken cancellationToken)
    {
        if (revision <= Revision.None)
        {
            throw new StoreException(StoreErrorCode.InvalidArgument, $"Cannot compact at revision {revision}.");
        }

        var request = new CompactionRequest { Revision = revision.Value };
        _ = await _caller.CallAsync(
            isRepeatable: false, (etcd, call) => etcd.Keys.CompactAsync(request, call), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _connections.Dispose();
}
