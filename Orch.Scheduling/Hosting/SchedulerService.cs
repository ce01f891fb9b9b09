using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.Client;
using Orch.Client.Informers;

namespace Orch.Scheduling.Hosting;

/// <summary>Runs the scheduler as part of a host: informers, then the loop, until the host stops.</summary>
internal sealed partial class SchedulerService(
    Scheduler scheduler, ClusterFeed feed, FailureReporter failures, SchedulerInformers informers, SchedulerHealth health, ILogger<SchedulerService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        health.Run();
        try { await RunAsync(stoppingToken).ConfigureAwait(false); }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            health.Stop($"the scheduler failed: {exception.Message}");
            throw;
        }

        health.Stop("the scheduler has stopped");
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var nodes = informers.Nodes;
        var pods = informers.Pods;
        informers.Start();
        await nodes.WaitForSyncAsync(stoppingToken).ConfigureAwait(false);
        using var nodeFeed = nodes.Subscribe(feed.OnNode);
        await pods.WaitForSyncAsync(stoppingToken).ConfigureAwait(false);
        using var podFeed = pods.Subscribe(feed.OnPod);
        Log.Started(logger);
        await Task.WhenAll(scheduler.RunAsync(stoppingToken), failures.RunAsync(stoppingToken)).ConfigureAwait(false);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Scheduler started")]
        public static partial void Started(ILogger logger);
    }
}
