using Orch.Scheduling;

namespace RackAwareScheduling;

/// <summary>Spreads the pods of an app over racks: the fewer of them a rack has, the better are its nodes.</summary>
public sealed class RackAwareScore : IPreScorePlugin, IScorePlugin
{
    public string Name => nameof(RackAwareScore);

    public SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes)
    {
        var counts = nodes.GroupBy(Rack).ToDictionary(rack => rack.Key, rack => rack.Sum(node => node.Pods.Count(other => App(other) == App(pod))));
        state.Set(new PodsByRack(counts, Math.Max(1, counts.Values.Max())));
        return SchedulingStatus.Success;
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var pods = state.Find<PodsByRack>()!;
        return 100 - (100 * pods.Counts[Rack(node)] / pods.Most);
    }

    private static string Rack(NodeInfo node) => node.Node.Metadata.Labels?.TryGetValue("example.com/rack", out var rack) == true ? rack : string.Empty;

    private static string? App(PodInfo pod) => pod.Pod.Metadata.Labels?.TryGetValue("app", out var app) == true ? app : null;

    private sealed record PodsByRack(Dictionary<string, int> Counts, int Most);
}
