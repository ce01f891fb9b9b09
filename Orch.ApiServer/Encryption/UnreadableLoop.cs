using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>Looks again for objects that could not be read: a key management may serve again, or a key may have been added.</summary>
internal sealed class UnreadableLoop(IStore store, StoreMirror mirror, EncryptionSignals signals, TimeProvider time) : IBackgroundLoop
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (store is not EncryptedStore encrypted) { return; }
        while (true)
        {
            await Task.WhenAny(signals.Changed, Task.Delay(Interval, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var cache in mirror.Caches.Where(static cache => cache.Unreadable.Count > 0))
            {
                try
                {
                    var readable = await encrypted.FindReadableAsync(cache.Unreadable.Keys, cancellationToken).ConfigureAwait(false);
                    if (readable.Count > 0) { mirror.RequestLoad(cache); }
                }
                catch (StoreException)
                {
                    // The store is away; the mirror tells it.
                }
            }
        }
    }
}
