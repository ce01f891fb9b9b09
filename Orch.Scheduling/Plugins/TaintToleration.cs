using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>Keeps pods off nodes with taints they do not tolerate; prefers nodes with few taints that only ask.</summary>
internal sealed class TaintToleration : IFilterPlugin, IScoreNormalizer, IPreScorePlugin, IRequeueHints
{
    public string Name => "TaintToleration";

    public IReadOnlyList<RequeueHint> Hints { get; } = [new RequeueHint(ClusterChange.NodeAdded | ClusterChange.NodeTaints | ClusterChange.PodItself)];

    public SchedulingStatus Filter(CycleState state, PodInfo pod, NodeInfo node)
    {
        if (node.Node.Spec?.Taints is not { Count: > 0 } taints) { return SchedulingStatus.Success; }
        foreach (var taint in taints)
        {
            if (taint.Effect is not ("NoSchedule" or "NoExecute")) { continue; }
            if (!pod.Pod.Spec.Tolerations.Tolerate(taint))
            {
                return SchedulingStatus.Unresolvable($"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}");
            }
        }

        return SchedulingStatus.Success;
    }

    public SchedulingStatus PreScore(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes)
    {
        foreach (var node in nodes)
        {
            if (HasPreference(node.Node)) { return SchedulingStatus.Success; }
        }

        return SchedulingStatus.Skip; // every node would score the same
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        if (node.Node.Spec?.Taints is not { Count: > 0 } taints) { return 0; }
        var count = 0;
        foreach (var taint in taints)
        {
            if (taint.Effect == "PreferNoSchedule"
                && !pod.Pod.Spec.Tolerations.Tolerate(taint)) { count++; }
        }

        return count;
    }

    public void Normalize(CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes, Span<long> scores) => Scores.Scale(scores, reverse: true);

    private static bool HasPreference(V1Node node)
    {
        if (node.Spec?.Taints is not { Count: > 0 } taints) { return false; }
        foreach (var taint in taints)
        {
            if (taint.Effect == "PreferNoSchedule") { return true; }
        }

        return false;
    }
}
