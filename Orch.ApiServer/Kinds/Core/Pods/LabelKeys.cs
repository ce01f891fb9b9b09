using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Makes conditions of the label keys that an affinity or a spread constraint names, with the pod's own values.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#matchlabelkeys</remarks>
internal static class LabelKeys
{
    /// <summary>Adds to the selectors of all terms.</summary>
    public static void Apply(V1Affinity? affinity, IDictionary<string, string>? labels)
    {
        if (affinity is null || labels is not { Count: > 0 }) { return; }
        Each(affinity.PodAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, affinity.PodAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, labels);
        Each(affinity.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution, affinity.PodAntiAffinity?.PreferredDuringSchedulingIgnoredDuringExecution, labels);
    }

    /// <summary>Adds to the selectors of all constraints.</summary>
    public static void Apply(IList<V1TopologySpreadConstraint>? constraints, IDictionary<string, string>? labels)
    {
        if (constraints is null || labels is not { Count: > 0 }) { return; }
        foreach (var constraint in constraints)
        {
            if (constraint.LabelSelector is { } selector) { Add(selector, constraint.MatchLabelKeys, "In", labels); }
        }
    }

    private static void Each(IList<V1PodAffinityTerm>? required, IList<V1WeightedPodAffinityTerm>? preferred, IDictionary<string, string> labels)
    {
        foreach (var term in required ?? []) { Term(term, labels); }
        foreach (var term in preferred ?? [])
        {
            if (term.PodAffinityTerm is not null) { Term(term.PodAffinityTerm, labels); }
        }
    }

    private static void Term(V1PodAffinityTerm term, IDictionary<string, string> labels)
    {
        if (term.LabelSelector is not { } selector) { return; }
        Add(selector, term.MatchLabelKeys, "In", labels);
        Add(selector, term.MismatchLabelKeys, "NotIn", labels);
    }

    private static void Add(V1LabelSelector selector, IList<string>? keys, string operation, IDictionary<string, string> labels)
    {
        foreach (var key in keys ?? [])
        {
            if (key is null || !labels.TryGetValue(key, out var value)) { continue; }
            selector.MatchExpressions = [.. selector.MatchExpressions ?? [], new V1LabelSelectorRequirement { Key = key, OperatorProperty = operation, Values = [value] }];
        }
    }
}
