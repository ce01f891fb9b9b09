using Orch.Client;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Waits until all dependents there are can be known: until every kind has been listed, or is found not to be served.</summary>
internal sealed class KindReadiness(IReadOnlyList<(IMetadataSource Source, IMetadataClient Client)> kinds)
{
    private volatile bool _isReady;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_isReady) { return; }
        foreach (var (source, client) in kinds)
        {
            if (!source.HasSynced && await IsServedAsync(client, cancellationToken).ConfigureAwait(false)) { await source.WaitForSyncAsync(cancellationToken).ConfigureAwait(false); }
        }

        _isReady = true;
    }

    private static async Task<bool> IsServedAsync(IMetadataClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.ListAsync("default", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }
}
