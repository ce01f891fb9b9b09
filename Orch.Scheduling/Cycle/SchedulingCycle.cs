using Orch.Scheduling.Cache;
using Orch.Scheduling.Framework;

namespace Orch.Scheduling.Cycle;

/// <summary>Finds the best node for one pod at a time: PreFilter, Filter, PostFilter, PreScore, Score.</summary>
/// <remarks>
/// Not thread-safe: the scheduling loop owns it, so that its buffers are reused. On large clusters it looks at nodes in turn and stops when
/// enough fit, beginning the next pod's search where this one ended (the rule and its figures are kube-scheduler's).
/// </remarks>
internal sealed class SchedulingCycle(int percentageOfNodesToScore, Random random, SchedulerMetrics metrics)
{
    private const int MinFeasibleNodes = 100;
    private const int MaxScore = 100;

    private readonly Dictionary<string, SchedulingStatus> _failures = [];
    private readonly List<NodeInfo> _feasible = [];
    private readonly HashSet<string> _rejecting = [];
    private readonly List<IFilterPlugin> _filters = [];
    private readonly List<WeightedScore> _scores = [];
    private readonly HashSet<object> _skipped = [];
    private long[] _totals = [];
    private long[] _perPlugin = [];
    private int _nextStart;

    public async ValueTask<Decision> RunAsync(
        SchedulerProfile profile, CycleState state, PodInfo pod, SchedulerSnapshot snapshot, CancellationToken cancellationToken)
    {
        _failures.Clear();
        _feasible.Clear();
        _rejecting.Clear();
        var nodes = snapshot.Nodes;
        if (nodes.Count == 0)
        {
            // Nothing refused the pod, yet only a node can help: every plugin that a new node concerns answers for it.
            return new Decision(null, FailureReport.For(0, _failures, null), [.. profile.Filter.Select(plugin => plugin.Name)], 0, 0);
        }

        var (refusal, candidates) = PreFilter(profile, state, pod, snapshot);
        if (refusal is { } status)
        {
            return new Decision(null, FailureReport.For(nodes.Count, _failures, status.Reason), [.. _rejecting], 0, 0);
        }

        var evaluated = Filter(profile, state, pod, nodes, candidates);
        if (_feasible.Count == 0)
        {
            var nominated = await PostFilterAsync(profile, state, pod, cancellationToken).ConfigureAwait(false);
            var message = FailureReport.For(nodes.Count, _failures, null) + nominated;
            return new Decision(null, message, [.. _rejecting], evaluated, 0);
        }

        var best = _feasible.Count == 1 ? _feasible[0] : Best(profile, state, pod);
        return new Decision(best.Name, null, [], evaluated, _feasible.Count);
    }

    private (SchedulingStatus? Refusal, IReadOnlySet<string>? Candidates) PreFilter(
        SchedulerProfile profile, CycleState state, PodInfo pod, SchedulerSnapshot snapshot)
    {
        using var timing = metrics.Time("PreFilter", profile.SchedulerName);
        _skipped.Clear();
        HashSet<string>? candidates = null;
        foreach (var plugin in profile.PreFilter)
        {
            var result = plugin.PreFilter(state, pod, snapshot);
            if (result.Status.Code == SchedulingCode.Skip) { _skipped.Add(plugin); continue; }
            if (!result.Status.IsSuccess)
            {
                if (result.Status.Code == SchedulingCode.Error) { throw new SchedulingException(plugin.Name, result.Status.Reason); }
                _rejecting.Add(plugin.Name);
                return (result.Status, null);
            }

            if (result.NodeNames is not { } names) { continue; }
            if (candidates is null) { candidates = [.. names]; }
            else { candidates.IntersectWith(names); }
            _rejecting.Add(plugin.Name); // it narrowed the search: if nothing is found, it is among those who refused
            if (candidates.Count == 0) { return (SchedulingStatus.Unresolvable("node(s) didn't satisfy plugin(s) [" + plugin.Name + "]"), null); }
        }

        return (null, candidates);
    }

    private int Filter(SchedulerProfile profile, CycleState state, PodInfo pod, IReadOnlyList<NodeInfo> nodes, IReadOnlySet<string>? candidates)
    {
        using var timing = metrics.Time("Filter", profile.SchedulerName);
        _filters.Clear();
        foreach (var plugin in profile.Filter)
        {
            if (!_skipped.Contains(plugin)) { _filters.Add(plugin); }
        }

        var wanted = candidates is null ? FeasibleNodesToFind(nodes.Count) : nodes.Count;
        var start = _nextStart % nodes.Count;
        var evaluated = 0;
        while (evaluated < nodes.Count && _feasible.Count < wanted)
        {
            var index = start + evaluated;
            var node = nodes[index < nodes.Count ? index : index - nodes.Count];
            evaluated++;
            if (candidates is not null && !candidates.Contains(node.Name)) { continue; }
            if (Fits(state, pod, node)) { _feasible.Add(node); }
        }

        _nextStart = (start + evaluated) % nodes.Count;
        return evaluated;
    }

    private bool Fits(CycleState state, PodInfo pod, NodeInfo node)
    {
        foreach (var plugin in _filters)
        {
            var status = plugin.Filter(state, pod, node);
            if (status.IsSuccess) { continue; }
            if (!status.IsRejected) { throw new SchedulingException(plugin.Name, status.Reason); }
            _failures[node.Name] = status;
            _rejecting.Add(plugin.Name);
            return false;
        }

        return true;
    }

    private async ValueTask<string?> PostFilterAsync(SchedulerProfile profile, CycleState state, PodInfo pod, CancellationToken cancellationToken)
    {
        string? message = null;
        foreach (var plugin in profile.PostFilter)
        {
            var result = await plugin.PostFilterAsync(state, pod, _failures, cancellationToken).ConfigureAwait(false);
            if (result.Status.Reason is { Length: > 0 } reason) { message = " " + reason; }
            if (result.Status.IsSuccess) { break; }
        }

        return message;
    }

    private NodeInfo Best(SchedulerProfile profile, CycleState state, PodInfo pod)
    {
        var count = _feasible.Count;
        if (_totals.Length < count)
        {
            _totals = new long[count * 2];
            _perPlugin = new long[count * 2];
        }

        PreScore(profile, state, pod);
        using var timing = metrics.Time("Score", profile.SchedulerName);
        var totals = _totals.AsSpan(0, count);
        totals.Clear();
        foreach (var (plugin, normalizer, weight) in _scores)
        {
            var scores = _perPlugin.AsSpan(0, count);
            for (var i = 0; i < count; i++) { scores[i] = plugin.Score(state, pod, _feasible[i]); }
            normalizer?.Normalize(state, pod, _feasible, scores);
            for (var i = 0; i < count; i++)
            {
                if ((ulong)scores[i] > MaxScore) { throw new SchedulingException(plugin.Name, $"its score {scores[i]} for node {_feasible[i].Name} is not within 0 to {MaxScore}"); }
                totals[i] += scores[i] * weight;
            }
        }

        return _feasible[IndexOfMax(totals)];
    }

    private void PreScore(SchedulerProfile profile, CycleState state, PodInfo pod)
    {
        using var timing = metrics.Time("PreScore", profile.SchedulerName);
        _skipped.Clear();
        foreach (var plugin in profile.PreScore)
        {
            var status = plugin.PreScore(state, pod, _feasible);
            if (status.Code == SchedulingCode.Skip) { _skipped.Add(plugin); }
            else if (!status.IsSuccess) { throw new SchedulingException(plugin.Name, status.Reason); }
        }

        _scores.Clear();
        foreach (var score in profile.Score)
        {
            if (!_skipped.Contains(score.Plugin)) { _scores.Add(score); }
        }
    }

    // Of equally good nodes each is as likely as any other.
    private int IndexOfMax(ReadOnlySpan<long> totals)
    {
        var (best, ties) = (0, 1);
        for (var i = 1; i < totals.Length; i++)
        {
            if (totals[i] > totals[best]) { (best, ties) = (i, 1); }
            else if (totals[i] == totals[best] && random.Next(++ties) == 0) { best = i; }
        }

        return best;
    }

    private int FeasibleNodesToFind(int nodeCount)
    {
        if (nodeCount < MinFeasibleNodes) { return nodeCount; }
        var percentage = percentageOfNodesToScore > 0 ? percentageOfNodesToScore : Math.Max(5, 50 - (nodeCount / 125));
        return percentage >= 100 ? nodeCount : Math.Max(MinFeasibleNodes, nodeCount * percentage / 100);
    }
}
