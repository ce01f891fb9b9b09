namespace Orch.Scheduling.Framework;

/// <summary>The plugins of a profile that says nothing else, in order, with kube-scheduler's weights.</summary>
internal static class DefaultPlugins
{
    public static readonly IReadOnlyList<(string Name, int Weight)> All =
    [
        ("SchedulingGates", 1),
        ("PrioritySort", 1),
        ("NodeUnschedulable", 1),
        ("NodeName", 1),
        ("TaintToleration", 3),
        ("NodeAffinity", 2),
        ("NodePorts", 1),
        ("NodeResourcesFit", 1),
        ("PodTopologySpread", 2),
        ("NodeResourcesBalancedAllocation", 1),
        ("ImageLocality", 1),
        ("DefaultBinder", 1),
    ];
}
