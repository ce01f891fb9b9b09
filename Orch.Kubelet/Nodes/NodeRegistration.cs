using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Kubelet.Events;
using Orch.Kubelet.Status;
using Orch.Resources;
using Orch.Runtime;
using Orch.Serialization;

namespace Orch.Kubelet.Nodes;

/// <summary>Registers the node, renews its lease, and keeps its status true.</summary>
internal sealed partial class NodeRegistration(
    IClusterClient client,
    IContainerRuntime runtime,
    NodeStatusBuilder builder,
    NodeRuntimeInfo info,
    NodeHealth health,
    IEvents events,
    IOptions<KubeletOptions> options,
    TimeProvider time,
    ILogger<NodeRegistration> logger)
{
    private const int MaxConflicts = 5;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly NodeLease _lease = new(client, options.Value.NodeName, options.Value.LeaseDuration, time);
    private readonly Pods.Signal _changed = new(time);
    private DateTimeOffset _reportedAt = DateTimeOffset.MinValue;
    private bool? _wasReady;

    private string Name => options.Value.NodeName;

    private V1ObjectReference Reference => new() { ApiVersion = "v1", Kind = "Node", Name = Name, Uid = Name };

    private DateTime Now => ContainerStatuses.WholeSeconds(time.GetUtcNow())!.Value;

    /// <summary>Something happened that the node's status should show soon.</summary>
    public void Wake() => _changed.Set();

    /// <summary>Returns when the API has the node.</summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await CheckRuntimeAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            try
            {
                await RegisterOnceAsync(cancellationToken).ConfigureAwait(false);
                events.Record(Reference, EventTypes.Normal, "Starting", "Starting kubelet.");
                Log.Registered(logger, Name);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.NotRegistered(logger, Name, e.Message);
                await Task.Delay(Retry, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(RenewAsync(cancellationToken), ReportAsync(cancellationToken));

    private async Task RegisterOnceAsync(CancellationToken cancellationToken)
    {
        var nodes = client.Resource<V1Node>();
        try
        {
            await nodes.CreateAsync(builder.Describe(Now), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsAlreadyExists)
        {
            var node = await nodes.GetAsync(ObjectKey.Cluster(Name), cancellationToken).ConfigureAwait(false);
            var labels = new Dictionary<string, string>(node.Metadata.Labels ?? new Dictionary<string, string>());
            var changed = false;
            foreach (var (key, value) in builder.Labels())
            {
                changed |= !labels.TryGetValue(key, out var old) || old != value;
                labels[key] = value;
            }

            if (changed) { await nodes.UpdateAsync(node with { Metadata = node.Metadata with { Labels = labels } }, cancellationToken).ConfigureAwait(false); }
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _lease.RenewAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.LeaseNotRenewed(logger, Name, e.Message);
            }

            await Task.Delay(options.Value.LeaseRenewPeriod, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ;)
        {
            await CheckRuntimeAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await ReportOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException e) when (e.IsConflict && conflicts++ < MaxConflicts)
            {
                // Somebody else wrote the node meanwhile: at once again, from what is there now.
                continue;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.StatusNotReported(logger, Name, e.Message);
            }

            conflicts = 0;
            await _changed.WaitAsync(options.Value.NodeStatusPeriod, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckRuntimeAsync(CancellationToken cancellationToken)
    {
        try
        {
            info.Last = await runtime.GetInfoAsync(cancellationToken).ConfigureAwait(false);
            health.Report("runtime", null);
        }
        catch (RuntimeException e)
        {
            health.Report("runtime", $"container runtime is down: {e.Message}");
        }
    }

    private async Task ReportOnceAsync(CancellationToken cancellationToken)
    {
        var nodes = client.Resource<V1Node>();
        V1Node node;
        try
        {
            node = await nodes.GetAsync(ObjectKey.Cluster(Name), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            await RegisterOnceAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var images = health.Faults.Contains("container runtime is down", StringComparison.Ordinal) ? [] : await runtime.ListImagesAsync(cancellationToken).ConfigureAwait(false);
        var status = builder.Status(node.Status, images, Now);
        if (!IsChanged(node.Status, status) && time.GetUtcNow() - _reportedAt < options.Value.NodeStatusReportPeriod) { return; }

        await nodes.UpdateStatusAsync(node with { Status = status }, cancellationToken).ConfigureAwait(false);
        _reportedAt = time.GetUtcNow();
        var ready = status.Conditions.Any(static c => c.Type == "Ready" && c.Status == "True");
        if (ready != _wasReady)
        {
            events.Record(Reference, EventTypes.Normal, ready ? "NodeReady" : "NodeNotReady", $"Node {Name} status is now: {(ready ? "NodeReady" : "NodeNotReady")}");
            _wasReady = ready;
        }
    }

    // Heartbeats alone are the lease's business.
    private static bool IsChanged(V1NodeStatus? old, V1NodeStatus fresh)
    {
        static V1NodeStatus Still(V1NodeStatus status) => status with { Conditions = [.. (status.Conditions ?? []).Select(static c => c with { LastHeartbeatTime = null })] };
        return old is null || !ApiJson.ContentEquals(Still(old), Still(fresh));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Node {Node} is registered")]
        public static partial void Registered(ILogger logger, string node);

        [LoggerMessage(LogLevel.Warning, "Node {Node} could not be registered, trying again: {Reason}")]
        public static partial void NotRegistered(ILogger logger, string node, string reason);

        [LoggerMessage(LogLevel.Warning, "The lease of node {Node} could not be renewed: {Reason}")]
        public static partial void LeaseNotRenewed(ILogger logger, string node, string reason);

        [LoggerMessage(LogLevel.Warning, "The status of node {Node} could not be reported: {Reason}")]
        public static partial void StatusNotReported(ILogger logger, string node, string reason);
    }
}
