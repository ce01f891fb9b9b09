using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>Spreads a pod's like evenly over zones, hosts or other domains: strictly, or as far as possible.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/</remarks>
internal sealed class PodTopologySpread : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, IScoreNormalizer, IRequeueHints
{
    private static readonly SchedulingStatus Uneven = SchedulingStatus.Unschedulable("node(s) didn't match pod topology spread constraints");
    private static readonly SchedulingStatus NoLabel = SchedulingStatus.Unresolvable("node(s) didn't match pod topology spread constraints (missing required label)");

    private readonly SelectedPods _selected = new();

    public string Name => "PodTopologySpread";

    public IReadOnlyList<RequeueHint> Hints { get; } =
    [
        new RequeueHint(ClusterChange.AssignedPodChanged | ClusterChange.AssignedPodGone | ClusterChange.NodeAdded
            | ClusterChange.NodeLabels | ClusterChange.NodeTaints | ClusterChange.PodItself),
    ];

    public PreFilterResult PreFilter(CycleState state, PodInfo pod, NodeSnapshot nodes)
    {
        var spreads = Spreads(pod, "DoNotSchedule");
        if (spreads.Count == 0) { return PreFilterResult.Skip; }
        foreach (var node in nodes.Nodes)
        {
            if (!HasAllKeys(spreads, node)) { continue; }
            foreach (var spread in spreads) { spread.Count(pod, node); }
        }

        foreach (var spread in spreads) { spread.FindMinimum(); }
        state.Set(new Required(spreads));
        return PreFilterResult.Success;
    }

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        foreach (var spread in state.Find<Required>()!.Spreads)
        {
            if (spread.DomainOf(node) is not { } domain) { return NoLabel; }
            var skew = spread.CountIn(domain) + (spread.MatchesSelf ? 1 : 0) - spread.Minimum;
            if (skew > spread.MaxSkew) { return Uneven; }
        }

        return SchedulingStatus.Success;
    }

    public SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes)
    {
        var spreads = Spreads(pod, "ScheduleAnyway");
        if (spreads.Count == 0) { return SchedulingStatus.Skip; }
        foreach (var node in nodes)
        {
            if (!HasAllKeys(spreads, node)) { continue; }
            foreach (var spread in spreads) { spread.Count(pod, node); }
        }

        state.Set(new Preferred(spreads));
        return SchedulingStatus.Success;
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        var spreads = state.Find<Preferred>()!.Spreads;
        if (!HasAllKeys(spreads, node)) { return -1; }
        double score = 0;
        foreach (var spread in spreads)
        {
            // Domains of a key with many values weigh more, so that spreading over hosts does not drown in spreading over zones.
            score += (spread.CountIn(spread.DomainOf(node)!) * Math.Log(spread.DomainCount + 2)) + (spread.MaxSkew - 1);
        }

        return (long)Math.Round(score);
    }

    public void Normalize(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes, Span<long> scores)
    {
        long least = long.MaxValue, most = 0;
        foreach (var score in scores)
        {
            if (score < 0) { continue; }
            least = Math.Min(least, score);
            most = Math.Max(most, score);
        }

        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < 0) { scores[i] = 0; }
            else if (most == 0) { scores[i] = Scores.Max; }
            else { scores[i] = Scores.Max * (most + least - scores[i]) / most; }
        }
    }

    private List<TopologySpread> Spreads(PodInfo pod, string whenUnsatisfiable)
    {
        var spreads = new List<TopologySpread>();
        foreach (var constraint in pod.Pod.Spec.TopologySpreadConstraints ?? [])
        {
            if (constraint.WhenUnsatisfiable == whenUnsatisfiable) { spreads.Add(new TopologySpread(constraint, pod, _selected)); }
        }

        return spreads;
    }

    private static bool HasAllKeys(List<TopologySpread> spreads, NodeInfo node)
    {
        foreach (var spread in spreads)
        {
            if (spread.DomainOf(node) is null) { return false; }
        }

        return true;
    }

    private sealed record Required(List<TopologySpread> Spreads);

    private sealed record Preferred(List<TopologySpread> Spreads);
}
