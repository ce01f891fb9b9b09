namespace Orch.Scheduling.Plugins;

/// <summary>Prefers nodes whose CPU and memory would be used to like shares.</summary>
internal sealed class NodeResourcesBalancedAllocation : IScorePlugin
{
    public string Name => "NodeResourcesBalancedAllocation";

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var (offered, taken) = (node.Allocatable, node.Requested);
        if (offered.MilliCpu == 0 || offered.MemoryBytes == 0) { return 0; }
        var cpu = Math.Min(1.0, (double)(taken.MilliCpu + pod.Requests.MilliCpu) / offered.MilliCpu);
        var memory = Math.Min(1.0, (double)(taken.MemoryBytes + pod.Requests.MemoryBytes) / offered.MemoryBytes);

        // The standard deviation of two values is half their distance.
        return (long)((1 - (Math.Abs(cpu - memory) / 2)) * Scores.Max);
    }
}
