using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>Rewrites, once after the start and after each change of the configuration, what is not stored as it now says.</summary>
internal sealed partial class StorageRewriteLoop(IOptions<EncryptionOptions> options, IStore store, EncryptionSignals signals, TimeProvider time, ILogger<StorageRewriteLoop> logger) : IBackgroundLoop
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.RewritesAtStart || store is not EncryptedStore encrypted) { return; }
        while (true)
        {
            var changed = signals.Changed;
            try
            {
                var (rewritten, unreadable) = await encrypted.RewriteAsync(StoreMirror.Root, cancellationToken).ConfigureAwait(false);
                Log.Rewritten(logger, rewritten, unreadable);
                await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException exception)
            {
                Log.NotRewritten(logger, exception);
                await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} stored objects were rewritten as the encryption configuration says; {Unreadable} cannot be read and stay as they are.")]
        public static partial void Rewritten(ILogger logger, int count, int unreadable);

        [LoggerMessage(2, LogLevel.Warning, "The stored objects could not all be rewritten as the encryption configuration says; trying again.")]
        public static partial void NotRewritten(ILogger logger, Exception exception);
    }
}
