using Microsoft.Extensions.Hosting;

namespace Orch.Host.Cli;

/// <summary>Gives memory back when the cluster has become quiet. Only for a process of our own: a host that embeds a cluster has its own mind about its heap.</summary>
internal sealed class IdleMemory(TimeProvider time) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var policy = new IdleMemoryPolicy();
        using var timer = new PeriodicTimer(IdleMemoryPolicy.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (policy.IsDue(GC.GetTotalAllocatedBytes())) { GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); }
        }
    }
}
