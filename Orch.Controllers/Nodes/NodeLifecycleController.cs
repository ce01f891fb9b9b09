using System.Collections.Concurrent;
using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.Nodes;

/// <summary>Marks nodes that have fallen silent, and taints nodes by their conditions.</summary>
/// <remarks>Looks at a node when it or its lease changes, and when its grace period ends; so a quiet cluster costs what its heartbeats cost.</remarks>
internal sealed class NodeLifecycleController : IReconciler
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string PodsByNode = "orch.node";
    private readonly ConcurrentDictionary<string, NodeHealth> _health = new(StringComparer.Ordinal);
    private readonly IInformer<V1Node> _nodes;
    private readonly IInformer<V1Lease> _leases;
    private readonly IInformer<V1Pod> _pods;
    private readonly IResourceClient<V1Node> _nodeClient;
    private readonly IResourceClient<V1Pod> _podClient;
    private readonly ZoneDisruption _zones;
    private readonly NodeLifecycleOptions _options;
    private readonly IEventRecorder _events;
    private readonly TimeProvider _time;
    private readonly ControllerLoop _loop;
    private int _wasTotal;

    public NodeLifecycleController(ControllerContext context)
    {
        _nodes = context.Informer<V1Node>();
        _leases = context.Informer<V1Lease>();
        _pods = context.Informer<V1Pod>();
        _pods.AddIndex(PodsByNode, static pod => string.IsNullOrEmpty(pod.Spec?.NodeName) ? [] : [pod.Spec.NodeName]);
        _nodeClient = context.Client.Resource<V1Node>();
        _podClient = context.Client.Resource<V1Pod>();
        _options = context.Options.NodeLifecycle;
        _zones = new ZoneDisruption(_options, context.Time);
        _events = context.Events;
        _time = context.Time;
        _loop = context.Loop("node-lifecycle", this)
            .Watch(_nodes)
            .Watch(_leases, static lease => lease.Metadata.NamespaceProperty == LeaseNamespace ? [ObjectKey.Cluster(lease.Metadata.Name)] : []);
        // Not watched for changes, only waited for: a pod is marked when its node changes.
        _loop.WatchEvents(_pods, static _ => []);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_nodes.Find(key) is not { } node)
        {
            if (_health.TryRemove(key.Name, out _)) { Report(new V1Node { Metadata = new V1ObjectMeta { Name = key.Name } }, "RemovingNode", $"Removing Node {key.Name} from Controller"); }
            _zones.Remove(key.Name);
            NoteTotal();
            return ReconcileResult.Done;
        }

        var now = _time.GetUtcNow();
        if (!_health.TryGetValue(key.Name, out var health))
        {
            health = _health[key.Name] = new NodeHealth();
            Report(node, "RegisteredNode", $"Registered Node {key.Name} in Controller");
        }

        health.Observe(node, _leases.Find(new ObjectKey(LeaseNamespace, key.Name)), now);
        var grace = node.Status.Condition("Ready") is null ? _options.StartupGracePeriod : _options.MonitorGracePeriod;
        var silentIn = health.SeenAt + grace - now;
        if (silentIn <= TimeSpan.Zero) { node = await MarkSilentAsync(node, now, cancellationToken).ConfigureAwait(false); }

        var isReady = NodeFacts.ReadyStatus(node) == "True";
        if (NodeFacts.CountsForDisruption(node)) { _zones.Set(key.Name, NodeFacts.ZoneOf(node), isReady); }
        else { _zones.Remove(key.Name); }
        NoteTotal();

        await MarkPodsAsync(node, health, isReady, cancellationToken).ConfigureAwait(false);
        var retry = await TaintAsync(node, now, cancellationToken).ConfigureAwait(false);
        var next = silentIn > TimeSpan.Zero ? silentIn : (TimeSpan?)null;
        return (retry, next) switch
        {
            (null, null) => ReconcileResult.Done,
            ({ } again, null) => ReconcileResult.RequeueAfter(again),
            (null, { } check) => ReconcileResult.RequeueAfter(check),
            ({ } again, { } check) => ReconcileResult.RequeueAfter(again < check ? again : check),
        };
    }

    private void Report(V1Node node, string reason, string what) => _events.Normal(node, reason, $"Node {node.Metadata.Name} event: {what}");

    private async Task<V1Node> MarkSilentAsync(V1Node node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var conditions = NodeHealth.Silent(node, now);
        if (NodeHealth.AreSame(node.Status?.Conditions, conditions)) { return node; }
        return await _nodeClient.UpdateStatusAsync(node with { Status = (node.Status ?? new V1NodeStatus()) with { Conditions = conditions } }, cancellationToken).ConfigureAwait(false);
    }

    // Cut off from everything at once, or reached again: every node's taints and grace period change.
    private void NoteTotal()
    {
        var isTotal = _zones.IsTotal ? 1 : 0;
        if (Interlocked.Exchange(ref _wasTotal, isTotal) == isTotal) { return; }
        foreach (var (name, health) in _health)
        {
            if (isTotal == 0) { health.Reset(_time.GetUtcNow()); }
            _loop.Enqueue(ObjectKey.Cluster(name));
        }
    }

    private async Task<TimeSpan?> TaintAsync(V1Node node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        TimeSpan? retry = null;
        var eviction = _zones.IsTotal ? null : NodeTaints.EvictionTaint(node);
        // Changing from one reason to the other costs no permit.
        if (eviction is not null && !NodeTaints.HasEvictionTaint(node) && (retry = _zones.TryEvict(NodeFacts.ZoneOf(node))) is not null) { eviction = null; }
        var taints = NodeTaints.For(node, eviction, now);
        if (NodeTaints.AreSame(node.Spec?.Taints, taints)) { return retry; }
        await _nodeClient.UpdateAsync(node with { Spec = (node.Spec ?? new V1NodeSpec()) with { Taints = taints } }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        return retry;
    }

    // Once for each time that the node ceases to be ready: a node agent that still works may report its pods ready afterwards.
    private async Task MarkPodsAsync(V1Node node, NodeHealth health, bool isReady, CancellationToken cancellationToken)
    {
        var transition = node.Status.Condition("Ready")?.LastTransitionTime;
        if (isReady) { health.WasReady = true; return; }
        if (health.HandledTransition == transition && health.WasReady == false) { return; }
        if (health.WasReady == true) { _events.Normal(node, "NodeNotReady", $"Node {node.Metadata.Name} status is now: NodeNotReady"); }
        foreach (var pod in _pods.ByIndex(PodsByNode, node.Metadata.Name).Where(static pod => pod.IsReady()))
        {
            await MarkPodAsync(pod, cancellationToken).ConfigureAwait(false);
        }

        health.WasReady = false;
        health.HandledTransition = transition;
    }

    private async Task MarkPodAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        List<V1PodCondition> conditions = [.. pod.Status.Conditions.Select(condition => condition.Type == "Ready"
            ? condition with { Status = "False", LastTransitionTime = _time.GetUtcNow().UtcDateTime }
            : condition)];
        try
        {
            await _podClient.UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = conditions } }, cancellationToken).ConfigureAwait(false);
            _events.Warning(pod, "NodeNotReady", "Node is not ready");
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }
}
