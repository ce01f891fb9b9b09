using System.Collections.Concurrent;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.Nodes;

/// <summary>Deletes pods from nodes whose <c>NoExecute</c> taints they do not tolerate, or no longer.</summary>
/// <remarks>How long a pod has already been tolerating is remembered in memory alone, as upstream does: a restart begins its time anew.</remarks>
internal sealed class TaintEvictionController : IReconciler
{
    private const string PodsByNode = "orch.node";
    private readonly ConcurrentDictionary<string, DateTimeOffset> _toleratingSince = new(StringComparer.Ordinal);
    private readonly IInformer<V1Pod> _pods;
    private readonly IInformer<V1Node> _nodes;
    private readonly IResourceClient<V1Pod> _client;
    private readonly IEventRecorder _events;
    private readonly TimeProvider _time;

    public TaintEvictionController(ControllerContext context)
    {
        _pods = context.Informer<V1Pod>();
        _pods.AddIndex(PodsByNode, static pod => string.IsNullOrEmpty(pod.Spec?.NodeName) ? [] : [pod.Spec.NodeName]);
        _nodes = context.Informer<V1Node>();
        _client = context.Client.Resource<V1Pod>();
        _events = context.Events;
        _time = context.Time;
        context.Loop("taint-eviction", this).WatchEvents(_pods, PodOf).WatchEvents(_nodes, PodsOf);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_pods.Find(key) is not { } pod) { return ReconcileResult.Done; }
        var uid = pod.Metadata.Uid;
        if (pod.IsDeleting() || pod.IsFinished()) { _toleratingSince.TryRemove(uid, out _); return ReconcileResult.Done; }
        var taints = NoExecute(_nodes.Find(ObjectKey.Cluster(pod.Spec?.NodeName ?? string.Empty)));
        if (taints.Count == 0) { Cancel(pod); return ReconcileResult.Done; }

        if (!TryGetTolerance(pod, taints, out var tolerance)) { return await EvictAsync(pod, cancellationToken).ConfigureAwait(false); }
        if (tolerance is not { } time) { Cancel(pod); return ReconcileResult.Done; }
        var now = _time.GetUtcNow();
        var left = _toleratingSince.GetOrAdd(uid, now) + time - now;
        return left > TimeSpan.Zero ? ReconcileResult.RequeueAfter(left) : await EvictAsync(pod, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="tolerance">The shortest of the tolerations that are used; null for ever.</param>
    /// <returns>Whether all taints are tolerated at all.</returns>
    internal static bool TryGetTolerance(V1Pod pod, IEnumerable<V1Taint> taints, out TimeSpan? tolerance)
    {
        tolerance = null;
        foreach (var taint in taints)
        {
            var used = (pod.Spec.Tolerations ?? []).FirstOrDefault(toleration => toleration.Tolerates(taint));
            if (used is null) { return false; }
            if (used.TolerationSeconds is not { } seconds) { continue; }
            var time = TimeSpan.FromSeconds(Math.Max(0, seconds));
            if (tolerance is null || time < tolerance) { tolerance = time; }
        }

        return true;
    }

    private static List<V1Taint> NoExecute(V1Node? node) => [.. (node?.Spec?.Taints ?? []).Where(static taint => taint.Effect == Taints.NoExecute)];

    private void Cancel(V1Pod pod)
    {
        if (_toleratingSince.TryRemove(pod.Metadata.Uid, out _)) { _events.Normal(pod, "TaintManagerEviction", $"Cancelling deletion of Pod {pod.Key()}"); }
    }

    private async Task<ReconcileResult> EvictAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        _events.Normal(pod, "TaintManagerEviction", $"Marking for deletion Pod {pod.Key()}");
        try
        {
            await PodDisruption.MarkAsync(_client, pod, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint", fail: false, _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            await _client.DeleteAsync(pod.Key(), new DeleteRequest { PreconditionUid = pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }

        _toleratingSince.TryRemove(pod.Metadata.Uid, out _);
        return ReconcileResult.Done;
    }

    private IEnumerable<ObjectKey> PodOf(InformerEvent<V1Pod> change)
    {
        if (change.New is null) { _toleratingSince.TryRemove(change.Object.Metadata.Uid, out _); return []; }
        return [change.New.Key()];
    }

    private IEnumerable<ObjectKey> PodsOf(InformerEvent<V1Node> change)
    {
        var (before, after) = (NoExecute(change.Old), NoExecute(change.New));
        var isSame = before.Count == after.Count && before.All(taint => after.Exists(one => one.IsSameMark(taint) && one.Value == taint.Value));
        return isSame ? [] : _pods.ByIndex(PodsByNode, change.Object.Metadata.Name).Select(static pod => pod.Key());
    }
}
