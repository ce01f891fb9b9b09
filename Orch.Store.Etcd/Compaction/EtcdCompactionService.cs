using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Storage;

namespace Orch.Store.Etcd.Compaction;

/// <summary>Compacts once an interval, as long as the host runs.</summary>
internal sealed partial class EtcdCompactionService(
    EtcdStore store, IOptions<EtcdStoreOptions> options, TimeProvider time, ILogger<EtcdCompactionService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.CompactionInterval == TimeSpan.Zero)
        {
            return;
        }

        var compactor = new EtcdCompactor(store.Caller);
        using var timer = new PeriodicTimer(options.Value.CompactionInterval, time);
        try
        {
            do
            {
                await StepAsync(compactor, stoppingToken).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task StepAsync(EtcdCompactor compactor, CancellationToken cancellationToken)
    {
        try
        {
            if (await compactor.StepAsync(cancellationToken).ConfigureAwait(false) is { } revision)
            {
                Log.Compacted(logger, revision.Value);
            }
        }
        catch (StoreException failure)
        {
            Log.CompactionFailed(logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Compacted etcd at revision {Revision}")]
        public static partial void Compacted(ILogger logger, long revision);

        [LoggerMessage(Level = LogLevel.Warning, Message = "etcd could not be compacted; trying again in the next interval")]
        public static partial void CompactionFailed(ILogger logger, Exception failure);
    }
}
