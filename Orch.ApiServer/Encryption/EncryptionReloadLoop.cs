using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Hosting;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>Takes in a changed encryption configuration; a faulty one is told once and what held before goes on.</summary>
/// <remarks>The file is looked at, not watched: a mounted secret is swapped by its links, which watches of a file miss.</remarks>
internal sealed partial class EncryptionReloadLoop(
    IOptions<EncryptionOptions> options, EncryptionChains chains, IStore store, EncryptionSignals signals, EncryptionMetrics metrics, TimeProvider time, ILogger<EncryptionReloadLoop> logger) : IBackgroundLoop
{
    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!chains.IsWatched || store is not EncryptedStore encrypted) { return; }
        var told = string.Empty;
        while (true)
        {
            await Task.Delay(options.Value.ReloadInterval, time, cancellationToken).ConfigureAwait(false);
            var faults = await chains.ReloadAsync(cancellationToken).ConfigureAwait(false);
            if (faults is null)
            {
                told = string.Empty;
                continue;
            }

            if (faults.Count == 0)
            {
                encrypted.Forget();
                metrics.Reloaded(isSound: true);
                Log.Reloaded(logger);
                signals.Change();
                told = string.Empty;
                continue;
            }

            var text = string.Join(" ", faults);
            if (text == told) { continue; }
            told = text;
            metrics.Reloaded(isSound: false);
            Log.NotReloaded(logger, text);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The encryption configuration has changed, and holds from now on.")]
        public static partial void Reloaded(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "The encryption configuration has changed but cannot be used; the one before goes on. {Faults}")]
        public static partial void NotReloaded(ILogger logger, string faults);
    }
}
