using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Caching;
using Orch.Storage;

namespace Orch.ApiServer.Hosting;

/// <summary>Makes the store forget the history before the last interval.</summary>
internal sealed partial class CompactionLoop(IOptions<ApiServerOptions> options, IStore store, StoreMirror mirror, TimeProvider time, ILogger<CompactionLoop> logger) : IBackgroundLoop
{
    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var interval = options.Value.CompactionInterval;
        if (interval == TimeSpan.Zero) { return; }
        var before = mirror.Observed;
        while (true)
        {
            await Task.Delay(interval, time, cancellationToken).ConfigureAwait(false);
            var now = mirror.Observed;
            if (now == before) { continue; }
            try { await store.CompactAsync(new Revision(before), cancellationToken).ConfigureAwait(false); }
            catch (StoreException exception) when (exception.Code == StoreErrorCode.Compacted) { /* another server did */ }
            catch (StoreException exception) { Log.NotCompacted(logger, exception); }
            before = now;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The store could not be compacted; the next interval tries again.")]
        public static partial void NotCompacted(ILogger logger, Exception exception);
    }
}
