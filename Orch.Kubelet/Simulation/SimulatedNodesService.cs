using System.Diagnostics;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Informers;
using Orch.Client.Reconciling;
using Orch.Kubelet.Nodes;
using Orch.Resources;

namespace Orch.Kubelet.Simulation;

/// <summary>Registers simulated nodes, keeps their leases, and lets their pods run.</summary>
/// <remarks>One pod informer and one queue serve all nodes: work grows with what happens, not with how many there are.</remarks>
internal sealed partial class SimulatedNodesService(
    IClusterClientFactory clients, IOptions<SimulatedNodesOptions> options, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly ILogger _logger = loggers.CreateLogger<SimulatedNodesService>();
    private readonly SimulatedNodeSet _nodes = new(options.Value, clients, time);
    private readonly TaskCompletionSource _registered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when every node has been registered.</summary>
    public Task Registered => _registered.Task;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (!options.Value.DeleteOnStop) { return; }
        await ForAllAsync(_nodes.All, DeleteAsync, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await ForAllAsync(_nodes.All, RegisterAsync, cancellationToken).ConfigureAwait(false);
        Log.NodesRegistered(_logger, _nodes.All.Count, Stopwatch.GetElapsedTime(began));
        await Task.WhenAll(RenewLeasesAsync(cancellationToken), RunPodsAsync(cancellationToken)).ConfigureAwait(false);
    }

    private async Task RunPodsAsync(CancellationToken cancellationToken)
    {
        _registered.TrySetResult();
        var informers = new InformerFactory(clients.CreateClient(options.Value.Reader), time, loggers);
        await using (informers.ConfigureAwait(false))
        {
            // One node needs no others' pods.
            var selection = _nodes.All.Count == 1
                ? new ListRequest { FieldSelector = $"spec.nodeName={_nodes.All.First().Name}" }
                : new ListRequest { FieldSelector = "spec.nodeName!=" };
            var pods = informers.Informer<V1Pod>(selection);
            informers.Start();
            await pods.WaitForSyncAsync(cancellationToken).ConfigureAwait(false);
            var addresses = new SimulatedAddresses();
            foreach (var pod in pods.List()) { addresses.Reserve(pod.Status?.PodIP); }

            var reconciler = new SimulatedPodReconciler(pods, _nodes, addresses, options.Value.StartDelay, time);
            var loop = new ControllerLoop("simulated-pods", reconciler, time, _logger, new ControllerOptions { Workers = options.Value.Parallelism })
                .Watch(pods);
            await using (loop.ConfigureAwait(false))
            {
                await loop.RunAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task ForAllAsync(IEnumerable<SimulatedNodeSet.Node> nodes, Func<SimulatedNodeSet.Node, CancellationToken, Task> action, CancellationToken cancellationToken)
        => Parallel.ForEachAsync(
            nodes,
            new ParallelOptions { MaxDegreeOfParallelism = options.Value.Parallelism, CancellationToken = cancellationToken },
            (node, token) => new ValueTask(action(node, token)));

    private async Task RegisterAsync(SimulatedNodeSet.Node node, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await node.Lease.RenewAsync(cancellationToken).ConfigureAwait(false);
                await CreateAsync(node, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is ApiException or HttpRequestException)
            {
                Log.NodeNotRegistered(_logger, node.Name, e);
                await Task.Delay(Retry, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task CreateAsync(SimulatedNodeSet.Node node, CancellationToken cancellationToken)
    {
        var wanted = SimulatedNodeSet.Describe(node, options.Value, Status.ContainerStatuses.WholeSeconds(time.GetUtcNow())!.Value);
        var client = node.Client.Resource<V1Node>();
        V1Node existing;
        try
        {
            existing = await client.CreateAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            existing = await client.GetAsync(ObjectKey.Cluster(node.Name), cancellationToken).ConfigureAwait(false);
        }

        if (existing.Status?.Conditions?.Any(static c => c.Type == "Ready" && c.Status == "True") != true)
        {
            await client.UpdateStatusAsync(existing with { Status = wanted.Status }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RenewLeasesAsync(CancellationToken cancellationToken)
    {
        var tick = TimeSpan.FromSeconds(1);
        var ticks = Math.Max(1, (int)options.Value.LeaseRenewPeriod.TotalSeconds);
        for (var now = 0; ; now = (now + 1) % ticks)
        {
            await Task.Delay(tick, time, cancellationToken).ConfigureAwait(false);
            var current = now;
            await ForAllAsync(_nodes.All.Where(n => n.Index % ticks == current), TryRenewAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryRenewAsync(SimulatedNodeSet.Node node, CancellationToken cancellationToken)
    {
        try
        {
            await node.Lease.RenewAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            Log.LeaseNotRenewed(_logger, node.Name, e);
        }
    }

    private async Task DeleteAsync(SimulatedNodeSet.Node node, CancellationToken cancellationToken)
    {
        try
        {
            await node.Client.Resource<V1Node>().DeleteAsync(ObjectKey.Cluster(node.Name), DeleteRequest.Default, cancellationToken).ConfigureAwait(false);
            await node.Client.Resource<V1Lease>().DeleteAsync(new ObjectKey(NodeLease.Namespace, node.Name), DeleteRequest.Default, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            Log.NodeNotDeleted(_logger, node.Name, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} simulated nodes registered in {Elapsed}")]
        public static partial void NodesRegistered(ILogger logger, int count, TimeSpan elapsed);

        [LoggerMessage(LogLevel.Warning, "Simulated node {Node} could not be registered, trying again")]
        public static partial void NodeNotRegistered(ILogger logger, string node, Exception exception);

        [LoggerMessage(LogLevel.Warning, "The lease of simulated node {Node} could not be renewed")]
        public static partial void LeaseNotRenewed(ILogger logger, string node, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Simulated node {Node} could not be deleted")]
        public static partial void NodeNotDeleted(ILogger logger, string node, Exception exception);
    }
}
