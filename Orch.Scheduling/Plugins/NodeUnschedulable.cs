using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>A cordoned node takes no pods but those that tolerate it.</summary>
internal sealed class NodeUnschedulable : IFilterPlugin, IRequeueHints
{
    private static readonly V1Taint Cordon = new() { Key = "node.kubernetes.io/unschedulable", Effect = Taints.NoSchedule };
    private static readonly SchedulingStatus Cordoned = SchedulingStatus.Unresolvable("node(s) were unschedulable");

    public string Name => "NodeUnschedulable";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.NodeAdded | ClusterChange.NodeTaints | ClusterChange.PodItself)];

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
        => node.Node.Spec?.Unschedulable != true || pod.Pod.Spec.Tolerations.Tolerate(Cordon)
            ? SchedulingStatus.Success
            : Cordoned;
}
