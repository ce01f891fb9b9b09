using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.PodGarbageCollection;

/// <summary>Deletes, every twenty seconds, pods that are finished in too great a number or that no node will ever stop.</summary>
internal sealed class PodGarbageCollector : IReconciler
{
    private static readonly ObjectKey Everything = ObjectKey.Cluster("all");
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    // A node that is missing may only not be in the cache yet.
    private static readonly TimeSpan Quarantine = TimeSpan.FromSeconds(40);
    private readonly Dictionary<string, DateTimeOffset> _missingSince = new(StringComparer.Ordinal);
    private readonly IInformer<V1Pod> _pods;
    private readonly IInformer<V1Node> _nodes;
    private readonly IResourceClient<V1Pod> _podClient;
    private readonly IResourceClient<V1Node> _nodeClient;
    private readonly TimeProvider _time;
    private readonly int _threshold;

    public PodGarbageCollector(ControllerContext context)
    {
        _pods = context.Informer<V1Pod>();
        _nodes = context.Informer<V1Node>();
        _podClient = context.Client.Resource<V1Pod>();
        _nodeClient = context.Client.Resource<V1Node>();
        _time = context.Time;
        _threshold = context.Options.TerminatedPodThreshold;
        var loop = context.Loop("podgc", this, workers: 1);
        loop.WatchEvents(_pods, static _ => []).WatchEvents(_nodes, static _ => []);
        loop.Enqueue(Everything);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var plan = PodGarbagePlan.For(_pods.List(), name => _nodes.Find(ObjectKey.Cluster(name)), _threshold);
        foreach (var pod in plan.Terminated) { await DeleteAsync(pod, null, cancellationToken).ConfigureAwait(false); }
        foreach (var pod in plan.OutOfService) { await DeleteAsync(pod, "PodGC: node is out of service", cancellationToken).ConfigureAwait(false); }
        await DeleteOrphansAsync(plan.Orphaned, cancellationToken).ConfigureAwait(false);
        foreach (var pod in plan.UnscheduledTerminating) { await DeleteAsync(pod, null, cancellationToken).ConfigureAwait(false); }
        return ReconcileResult.RequeueAfter(Period);
    }

    private async Task DeleteOrphansAsync(IReadOnlyList<V1Pod> orphans, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var missing = orphans.Select(static pod => pod.Spec.NodeName).ToHashSet(StringComparer.Ordinal);
        foreach (var back in _missingSince.Keys.Where(name => !missing.Contains(name)).ToList()) { _missingSince.Remove(back); }
        foreach (var name in missing)
        {
            _missingSince.TryAdd(name, now);
            if (now - _missingSince[name] < Quarantine || await ExistsAsync(name, cancellationToken).ConfigureAwait(false)) { continue; }
            foreach (var pod in orphans.Where(pod => pod.Spec.NodeName == name)) { await DeleteAsync(pod, "PodGC: node no longer exists", cancellationToken).ConfigureAwait(false); }
        }
    }

    private async Task<bool> ExistsAsync(string node, CancellationToken cancellationToken)
    {
        try
        {
            await _nodeClient.GetAsync(ObjectKey.Cluster(node), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    private async Task DeleteAsync(V1Pod pod, string? disruption, CancellationToken cancellationToken)
    {
        try
        {
            if (disruption is not null) { await PodDisruption.MarkAsync(_podClient, pod, "DeletionByPodGC", disruption, fail: true, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false); }
            await _podClient.DeleteAsync(pod.Key(), DeleteRequest.Force with { PreconditionUid = pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // Gone, or changed: the next pass looks again.
        }
    }
}
