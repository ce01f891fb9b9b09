using Etcdserverpb;
using Grpc.Core;
using Orch.Store.Etcd.Connections;

namespace Orch.Store.Etcd.Watching;

/// <summary>What a member's version can be trusted with.</summary>
internal static class EtcdVersion
{
    /// <summary>Whether a requested progress notice comes only after all events up to its revision.</summary>
    /// <remarks>Before these versions it could overtake events: https://github.com/etcd-io/etcd/issues/15220, https://github.com/etcd-io/etcd/issues/17507</remarks>
    public static async Task<bool> HasReliableProgressAsync(EtcdConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var status = await connection.Maintenance.StatusAsync(new StatusRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
            return IsReliable(status.Version);
        }
        catch (RpcException)
        {
            return false;
        }
    }

    public static bool IsReliable(string text)
        => Version.TryParse(text.Split('-', '+')[0], out var version) && (version.Major, version.Minor) switch
        {
            (3, < 4) => false,
            (3, 4) => version.Build >= 31,
            (3, 5) => version.Build >= 13,
            _ => true,
        };
}
