using System.Runtime.InteropServices;
using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Plugins;

/// <summary>One constraint of a pod, with how many of its like each domain has.</summary>
internal sealed class TopologySpread
{
    private readonly string _key;
    private readonly SelectedPods.Counts _selected;
    private readonly bool _honorAffinity;
    private readonly bool _honorTaints;
    private readonly int _minDomains;
    private readonly Dictionary<string, int> _counts = [];

    public TopologySpread(V1TopologySpreadConstraint constraint, PodInfo pod, SelectedPods selected)
    {
        _key = constraint.TopologyKey;
        var selector = LabelSelector.From(WithMatchLabelKeys(constraint, pod));
        _selected = selected.For(pod.Key.Namespace, selector);
        _honorAffinity = constraint.NodeAffinityPolicy != "Ignore";
        _honorTaints = constraint.NodeTaintsPolicy == "Honor";
        _minDomains = constraint.MinDomains ?? 1;
        MaxSkew = constraint.MaxSkew;
        MatchesSelf = selector.Matches(pod.Pod.Metadata.Labels);
    }

    public int MaxSkew { get; }

    /// <summary>Whether the pod counts among its like.</summary>
    public bool MatchesSelf { get; }

    public int DomainCount => _counts.Count;

    /// <summary>How many the emptiest domain has; 0 while there are fewer domains than the constraint wants.</summary>
    public int Minimum { get; private set; }

    /// <summary>The node's domain; null when it lacks the label.</summary>
    public string? DomainOf(NodeInfo node)
        => node.Node.Metadata.Labels is { } labels && labels.TryGetValue(_key, out var domain) ? domain : null;

    public int CountIn(string domain) => _counts.GetValueOrDefault(domain);

    /// <summary>Adds a node's pods to its domain, unless the node is not to be counted.</summary>
    public void Count(PodInfo pod, NodeInfo node)
    {
        if (_honorAffinity && !NodeSelectors.MatchesRequired(pod.Pod, node.Node)) { return; }
        if (_honorTaints && IsTaintedFor(pod, node)) { return; }
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, DomainOf(node)!, out _) += _selected.On(node);
    }

    public void FindMinimum()
        => Minimum = _counts.Count < _minDomains || _counts.Count == 0 ? 0 : _counts.Values.Min();

    private static bool IsTaintedFor(PodInfo pod, NodeInfo node)
    {
        if (node.Node.Spec?.Taints is not { Count: > 0 } taints) { return false; }
        foreach (var taint in taints)
        {
            if (taint.Effect is "NoSchedule" or "NoExecute"
                && !pod.Pod.Spec.Tolerations.Tolerate(taint)) { return true; }
        }

        return false;
    }

    // A key listed there takes the pod's own value, so that each revision of a deployment spreads by itself.
    private static V1LabelSelector? WithMatchLabelKeys(V1TopologySpreadConstraint constraint, PodInfo pod)
    {
        if (constraint.MatchLabelKeys is not { Count: > 0 } keys || constraint.LabelSelector is null) { return constraint.LabelSelector; }
        var labels = new Dictionary<string, string>(constraint.LabelSelector.MatchLabels ?? new Dictionary<string, string>());
        foreach (var key in keys)
        {
            if (pod.Pod.Metadata.Labels is { } own && own.TryGetValue(key, out var value)) { labels[key] = value; }
        }

        return new V1LabelSelector { MatchLabels = labels, MatchExpressions = constraint.LabelSelector.MatchExpressions };
    }
}
