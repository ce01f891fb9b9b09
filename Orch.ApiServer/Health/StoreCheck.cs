using Orch.Storage;

namespace Orch.ApiServer.Health;

/// <summary>The store answers.</summary>
internal sealed class StoreCheck(IStore store, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public string Name => "etcd";

    /// <inheritdoc />
    public bool IsLiveness => true;

    /// <inheritdoc />
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await store.CurrentRevisionAsync(both.Token).ConfigureAwait(false);
            return null;
        }
        catch (StoreException exception) { return exception.Message; }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested) { return "the store does not answer"; }
    }
}
