using Etcdserverpb;
using Google.Protobuf;
using Orch.Storage;

namespace Orch.Store.Etcd;

/// <summary>Translates a commit into one transaction on modification revisions.</summary>
internal static class EtcdCommits
{
    public static TxnRequest ToTransaction(CommitRequest request, EtcdKeys keys)
    {
        var transaction = new TxnRequest();
        foreach (var (key, expected) in request.Preconditions)
        {
            var encoded = keys.Encode(key);
            transaction.Compare.Add(new Compare
            {
                Key = encoded,
                Target = Compare.Types.CompareTarget.Mod,
                Result = Compare.Types.CompareResult.Equal,
                ModRevision = expected.Value,
            });
            transaction.Failure.Add(new RequestOp { RequestRange = new Etcdserverpb.RangeRequest { Key = encoded } });
        }

        foreach (var (key, value) in request.Writes)
        {
            var encoded = keys.Encode(key);
            transaction.Success.Add(value is { } bytes
                ? new RequestOp { RequestPut = new PutRequest { Key = encoded, Value = UnsafeByteOperations.UnsafeWrap(bytes) } }
                : new RequestOp { RequestDeleteRange = new DeleteRangeRequest { Key = encoded } });
        }

        return transaction;
    }

    public static CommitResult ToResult(CommitRequest request, TxnResponse response, EtcdKeys keys)
    {
        var revision = new Revision(response.Header.Revision);
        if (response.Succeeded)
        {
            return new CommitResult(true, revision, []);
        }

        var conflicts = new List<ConflictEntry>();
        for (var i = 0; i < request.Preconditions.Count; i++)
        {
            var (key, expected) = request.Preconditions[i];
            var found = response.Responses[i].ResponseRange.Kvs;
            var entry = found.Count > 0 ? keys.Decode(found[0]) : null;
            if ((entry?.Modified ?? Revision.None) != expected)
            {
                conflicts.Add(new ConflictEntry(key, entry));
            }
        }

        return new CommitResult(false, revision, conflicts);
    }
}
