using Etcdserverpb;
using Google.Protobuf;
using Orch.Storage;
using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Compaction;

/// <summary>One step of the compaction that all API servers of an etcd share.</summary>
/// <remarks>
/// A key outside every cluster's range counts the steps by its version. Whoever finds it as it left it last time is first
/// in this interval: it writes the key and compacts at the revision that was current one interval ago. The others take over its count.
/// Key and rule are kube-apiserver's, so that both may use one etcd.
/// </remarks>
internal sealed class EtcdCompactor(EtcdCaller caller)
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("compact_rev_key");

    private long _step;
    private long _revision;

    /// <returns>The revision that was compacted at; null where there was nothing to do or someone else did it.</returns>
    public async Task<Revision?> StepAsync(CancellationToken cancellationToken)
    {
        var request = new TxnRequest();
        request.Compare.Add(new Compare { Key = Key, Target = Compare.Types.CompareTarget.Version, Result = Compare.Types.CompareResult.Equal, Version = _step });
        request.Success.Add(new RequestOp { RequestPut = new PutRequest { Key = Key, Value = ByteString.CopyFromUtf8($"{_revision}") } });
        request.Failure.Add(new RequestOp { RequestRange = new Etcdserverpb.RangeRequest { Key = Key } });
        var response = await caller.CallAsync(isRepeatable: false, (etcd, call) => etcd.Keys.TxnAsync(request, call), cancellationToken).ConfigureAwait(false);
        var due = _revision;
        _revision = response.Header.Revision;
        if (!response.Succeeded)
        {
            _step = response.Responses[0].ResponseRange.Kvs is [var found, ..] ? found.Version : 0;
            return null;
        }

        _step++;
        if (due == 0)
        {
            return null;
        }

        try
        {
            _ = await caller.CallAsync(
                isRepeatable: false, (etcd, call) => etcd.Keys.CompactAsync(new CompactionRequest { Revision = due }, call), cancellationToken).ConfigureAwait(false);
            return new Revision(due);
        }
        catch (StoreException failure) when (failure.Code == StoreErrorCode.Compacted)
        {
            return null;
        }
    }
}
