namespace Orch.Scheduling.Plugins;

/// <summary>A pod's host ports must be free on its node.</summary>
internal sealed class NodePorts : IPreFilterPlugin, IFilterPlugin, IRequeueHints
{
    private static readonly SchedulingStatus Taken = SchedulingStatus.Unschedulable("node(s) didn't have free ports for the requested pod ports");

    public string Name => "NodePorts";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.NodeAdded | ClusterChange.AssignedPodGone)];

    public PreFilterResult PreFilter(CycleState state, PodInfo pod, NodeSnapshot nodes)
        => pod.HostPorts.Count == 0 ? PreFilterResult.Skip : PreFilterResult.Success;

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        foreach (var port in pod.HostPorts)
        {
            if (!node.IsPortFree(port)) { return Taken; }
        }

        return SchedulingStatus.Success;
    }
}
