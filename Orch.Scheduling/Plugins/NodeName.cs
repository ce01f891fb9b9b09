namespace Orch.Scheduling.Plugins;

/// <summary>A pod that names its node fits only there.</summary>
internal sealed class NodeName : IFilterPlugin, IRequeueHints
{
    private static readonly SchedulingStatus Mismatch = SchedulingStatus.Unresolvable("node(s) didn't match the requested node name");

    public string Name => "NodeName";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.NodeAdded)];

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
        => string.IsNullOrEmpty(pod.Pod.Spec.NodeName) || pod.Pod.Spec.NodeName == node.Name ? SchedulingStatus.Success : Mismatch;
}
