using k8s.Models;

namespace Orch.Scheduling.Plugins;

/// <summary>Node selectors and node affinity, required and preferred.</summary>
internal sealed class NodeAffinity : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, IScoreNormalizer, IRequeueHints
{
    private static readonly SchedulingStatus Mismatch = SchedulingStatus.Unresolvable("node(s) didn't match Pod's node affinity/selector");

    public string Name => "NodeAffinity";

    public IReadOnlyList<RequeueHint> Hints { get; } =
    [
        new RequeueHint(ClusterChange.NodeAdded | ClusterChange.NodeLabels, static (pod, _, node) => node is V1Node changed && NodeSelectors.MatchesRequired(pod.Pod, changed)),
    ];

    public PreFilterResult PreFilter(CycleState state, PodInfo pod, NodeSnapshot nodes)
    {
        var required = pod.Pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        if (required is null && pod.Pod.Spec.NodeSelector is not { Count: > 0 }) { return PreFilterResult.Skip; }
        return new PreFilterResult(SchedulingStatus.Success, NodeSelectors.NamedNodes(required));
    }

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
        => NodeSelectors.MatchesRequired(pod.Pod, node.Node) ? SchedulingStatus.Success : Mismatch;

    public SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes)
        => pod.Pod.Spec.Affinity?.NodeAffinity?.PreferredDuringSchedulingIgnoredDuringExecution is { Count: > 0 } ? SchedulingStatus.Success : SchedulingStatus.Skip;

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        long score = 0;
        foreach (var preferred in pod.Pod.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution)
        {
            if (preferred.Weight != 0 && NodeSelectors.Matches(preferred.Preference, node.Node, emptyMatches: true)) { score += preferred.Weight; }
        }

        return score;
    }

    public void Normalize(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes, Span<long> scores) => Scores.Scale(scores, reverse: false);
}
