using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>What may change besides while a pod is held back by scheduling gates: where it can go may become narrower.</summary>
internal static class GatedPodRules
{
    /// <summary>Sets back in <paramref name="allowed"/> what may change, and adds a fault for what widens.</summary>
    public static void Apply(V1PodSpec allowed, V1PodSpec spec, V1PodSpec old, FieldPath path, FieldErrors errors)
    {
        if (!ContentEquality.Same(spec.NodeSelector, old.NodeSelector))
        {
            if (!Contains(spec.NodeSelector, old.NodeSelector)) { errors.Invalid(path.Child("nodeSelector"), spec.NodeSelector, "only additions to spec.nodeSelector are allowed (no mutations or deletions)"); }
            allowed.NodeSelector = old.NodeSelector;
        }

        if (ContentEquality.Same(spec.Affinity?.NodeAffinity, old.Affinity?.NodeAffinity)) { return; }
        NodeAffinity(spec.Affinity?.NodeAffinity, old.Affinity?.NodeAffinity, path.Child("affinity").Child("nodeAffinity"), errors);
        if (spec.Affinity is null) { allowed.Affinity = old.Affinity?.NodeAffinity is { } before ? new V1Affinity { NodeAffinity = before } : null; }
        else if (old.Affinity is null && spec.Affinity is { PodAffinity: null, PodAntiAffinity: null }) { allowed.Affinity = null; }
        else { allowed.Affinity = spec.Affinity with { NodeAffinity = old.Affinity?.NodeAffinity }; }
    }

    private static void NodeAffinity(V1NodeAffinity? now, V1NodeAffinity? old, FieldPath path, FieldErrors errors)
    {
        var field = path.Child("requiredDuringSchedulingIgnoredDuringExecution");
        if (old?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms is not { Count: > 0 } before) { return; }
        var terms = now?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms ?? [];
        if (terms.Count != before.Count)
        {
            errors.Invalid(field.Child("nodeSelectorTerms"), terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }

        for (var index = 0; index < terms.Count; index++)
        {
            if (Extends(terms[index].MatchExpressions, before[index].MatchExpressions, IsEmpty(before[index]))
                && Extends(terms[index].MatchFields, before[index].MatchFields, IsEmpty(before[index])))
            {
                continue;
            }

            errors.Invalid(field.Child("nodeSelectorTerms").Index(index), terms[index], "only additions are allowed (no mutations or deletions)");
        }
    }

    private static bool IsEmpty(V1NodeSelectorTerm term) => term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 };

    // An empty term matches nothing, so adding to one widens.
    private static bool Extends(IList<V1NodeSelectorRequirement>? now, IList<V1NodeSelectorRequirement>? old, bool wasEmpty)
    {
        var (count, before) = (now?.Count ?? 0, old?.Count ?? 0);
        if (wasEmpty && count > 0) { return false; }
        if (count < before) { return false; }
        for (var index = 0; index < before; index++)
        {
            if (!ContentEquality.Same(now![index], old![index])) { return false; }
        }

        return true;
    }

    private static bool Contains(IDictionary<string, string>? now, IDictionary<string, string>? old)
    {
        foreach (var (key, value) in old ?? new Dictionary<string, string>())
        {
            if (now is null || !now.TryGetValue(key, out var current) || current != value) { return false; }
        }

        return true;
    }
}
