using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>A cordoned node takes no pods but those that tolerate it.</summary>
internal sealed class NodeUnschedulable : IFilterPlugin, IRequeueHints
{
    private const string TaintKey = "node.kubernetes.io/unschedulable";
    private static readonly SchedulingStatus Cordoned = SchedulingStatus.Unresolvable("node(s) were unschedulable");

    public string Name => "NodeUnschedulable";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.NodeAdded | ClusterChange.NodeTaints | ClusterChange.PodItself)];

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
        => node.Node.Spec?.Unschedulable != true || Taints.Tolerates(pod.Pod.Spec.Tolerations, TaintKey, string.Empty, "NoSchedule")
            ? SchedulingStatus.Success
            : Cordoned;
}
