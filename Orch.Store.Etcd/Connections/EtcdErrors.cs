using Grpc.Core;
using Orch.Storage;

namespace Orch.Store.Etcd.Connections;

/// <summary>What etcd's errors mean in the store's contract.</summary>
internal static class EtcdErrors
{
    public static StoreException ToStoreException(RpcException failure, string endpoint)
    {
        var detail = failure.Status.Detail;
        var code = failure.StatusCode switch
        {
            StatusCode.OutOfRange when detail.Contains("compacted", StringComparison.Ordinal) => StoreErrorCode.Compacted,
            StatusCode.OutOfRange when detail.Contains("future", StringComparison.Ordinal) => StoreErrorCode.FutureRevision,
            StatusCode.InvalidArgument when detail.Contains("too large", StringComparison.Ordinal) => StoreErrorCode.TooLarge,
            StatusCode.InvalidArgument when detail.Contains("too many operations", StringComparison.Ordinal) => StoreErrorCode.TooLarge,
            StatusCode.InvalidArgument => StoreErrorCode.InvalidArgument,

            // Its own "database space exceeded" has the same status, and passes when space is made.
            StatusCode.ResourceExhausted when detail.Contains("message larger", StringComparison.Ordinal) => StoreErrorCode.TooLarge,
            StatusCode.DataLoss => StoreErrorCode.Corrupt,
            _ => StoreErrorCode.Unavailable,
        };
        return new StoreException(code, $"etcd at {endpoint}: {failure.StatusCode}: {detail}", failure);
    }

    /// <summary>True where the connection could not be made, so that the request surely did not arrive.</summary>
    public static bool IsNotSent(RpcException failure)
        => failure.StatusCode == StatusCode.Unavailable
            && failure.Status.DebugException is HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            };
}
