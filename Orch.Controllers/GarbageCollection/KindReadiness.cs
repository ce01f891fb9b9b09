using Orch.Client;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Waits until all dependents there are can be known: until every kind has been listed, or is found not to be served.</summary>
/// <remarks>A custom resource that cannot be listed, say for want of its conversion webhook, holds the rest up for a time alone.</remarks>
internal sealed class KindReadiness(IReadOnlyList<(IMetadataSource Source, IMetadataClient Client)> kinds, CustomKindGraph? custom, TimeProvider time)
{
    private static readonly TimeSpan CustomPatience = TimeSpan.FromSeconds(30);
    private volatile bool _isReady;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_isReady) { return; }
        foreach (var (source, client) in kinds)
        {
            if (!source.HasSynced && await IsServedAsync(client, cancellationToken).ConfigureAwait(false)) { await source.WaitForSyncAsync(cancellationToken).ConfigureAwait(false); }
        }

        // Those that exist at the start are known once the definitions have been listed, as they have by now.
        if (custom is not null) { await WaitForCustomAsync(custom, cancellationToken).ConfigureAwait(false); }
        _isReady = true;
    }

    private async Task WaitForCustomAsync(CustomKindGraph custom, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(custom.Syncs(cancellationToken)).WaitAsync(CustomPatience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Its objects enter the graph when it can be listed.
        }
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
