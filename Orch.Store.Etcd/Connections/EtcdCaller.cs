using Grpc.Core;
using Orch.Storage;

namespace Orch.Store.Etcd.Connections;

/// <summary>Makes one call within the request timeout, on another member where that is safe.</summary>
internal sealed class EtcdCaller(EtcdConnections connections, EtcdStoreOptions options, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="isRepeatable">False: tried again only if it surely did not arrive.</param>
    public async Task<T> CallAsync<T>(bool isRepeatable, Func<EtcdConnection, CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        while (true)
        {
            var connection = connections.Current;
            try
            {
                using var pending = call(connection, new CallOptions(cancellationToken: either.Token));
                return await pending.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException failure) when (failure.StatusCode == StatusCode.Cancelled && either.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                connections.MoveOnFrom(connection);
                throw TimedOut(connection, failure);
            }
            catch (RpcException failure)
            {
                var translated = EtcdErrors.ToStoreException(failure, connection.Endpoint);
                if (translated.Code != StoreErrorCode.Unavailable)
                {
                    throw translated;
                }

                connections.MoveOnFrom(connection);
                if (!isRepeatable && !EtcdErrors.IsNotSent(failure))
                {
                    throw translated;
                }

                await Task.Delay(Pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                if (timeout.IsCancellationRequested)
                {
                    throw translated;
                }
            }
        }
    }

    private StoreException TimedOut(EtcdConnection connection, Exception cause)
        => new(StoreErrorCode.Unavailable, $"etcd at {connection.Endpoint} did not answer within {options.RequestTimeout}.", cause);
}
