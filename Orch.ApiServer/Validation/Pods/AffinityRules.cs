using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for where a pod wants to be.</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    private const string WeightText = "must be in the range 1-100";

    /// <summary>Towards nodes, towards pods and away from pods.</summary>
    public static void Validate(V1Affinity affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity.NodeAffinity is { } node) { Node(node, path.Child("nodeAffinity"), errors); }
        if (affinity.PodAffinity is { } pod)
        {
            Pods(pod.RequiredDuringSchedulingIgnoredDuringExecution, pod.PreferredDuringSchedulingIgnoredDuringExecution, path.Child("podAffinity"), errors);
        }

        if (affinity.PodAntiAffinity is { } anti)
        {
            Pods(anti.RequiredDuringSchedulingIgnoredDuringExecution, anti.PreferredDuringSchedulingIgnoredDuringExecution, path.Child("podAntiAffinity"), errors);
        }
    }

    /// <summary>Which nodes; at least one term.</summary>
    public static void NodeSelector(V1NodeSelector selector, bool checksValues, FieldPath path, FieldErrors errors)
    {
        var at = path.Child("nodeSelectorTerms");
        if (selector.NodeSelectorTerms is not { Count: > 0 }) { errors.Required(at, "must have at least one node selector term"); }
        for (var index = 0; index < (selector.NodeSelectorTerms?.Count ?? 0); index++) { Term(selector.NodeSelectorTerms![index], checksValues, at.Index(index), errors); }
    }

    private static void Node(V1NodeAffinity affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity.RequiredDuringSchedulingIgnoredDuringExecution is { } required)
        {
            NodeSelector(required, true, path.Child(Required), errors);
        }

        for (var index = 0; index < (affinity.PreferredDuringSchedulingIgnoredDuringExecution?.Count ?? 0); index++)
        {
            var (term, at) = (affinity.PreferredDuringSchedulingIgnoredDuringExecution![index], path.Child(Preferred).Index(index));
            if (term.Weight is < 1 or > 100) { errors.Invalid(at.Child("weight"), term.Weight, WeightText); }
            if (term.Preference is not null) { Term(term.Preference, false, at.Child("preference"), errors); }
        }
    }

    private static void Term(V1NodeSelectorTerm term, bool checksValues, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (term.MatchExpressions?.Count ?? 0); index++) { Label(term.MatchExpressions![index], checksValues, path.Child("matchExpressions").Index(index), errors); }
        for (var index = 0; index < (term.MatchFields?.Count ?? 0); index++) { Field(term.MatchFields![index], path.Child("matchFields").Index(index), errors); }
    }

    private static void Label(V1NodeSelectorRequirement requirement, bool checksValues, FieldPath path, FieldErrors errors)
    {
        var count = requirement.Values?.Count ?? 0;
        switch (requirement.OperatorProperty)
        {
            case "In" or "NotIn":
                if (count == 0) { errors.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'"); }
                break;
            case "Exists" or "DoesNotExist":
                if (count > 0) { errors.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"); }
                break;
            case "Gt" or "Lt":
                if (count != 1) { errors.Required(path.Child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'"); }
                break;
            default:
                errors.Invalid(path.Child("operator"), requirement.OperatorProperty ?? string.Empty, "not a valid selector operator");
                break;
        }

        TextRules.QualifiedName(requirement.Key ?? string.Empty, path.Child("key"), errors);
        for (var index = 0; checksValues && index < count; index++) { TextRules.LabelValue(requirement.Values![index], path.Child("values").Index(index), errors); }
    }

    private static void Field(V1NodeSelectorRequirement requirement, FieldPath path, FieldErrors errors)
    {
        if (requirement.OperatorProperty is not ("In" or "NotIn")) { errors.Invalid(path.Child("operator"), requirement.OperatorProperty ?? string.Empty, "not a valid selector operator"); }
        else if (requirement.Values is not { Count: 1 }) { errors.Required(path.Child("values"), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"); }
        if (requirement.Key != "metadata.name") { errors.Invalid(path.Child("key"), requirement.Key ?? string.Empty, "not a valid field selector key"); return; }
        for (var index = 0; index < (requirement.Values?.Count ?? 0); index++) { NameRules.DnsSubdomain(requirement.Values![index] ?? string.Empty, false, path.Child("values").Index(index), errors); }
    }

    private static void Pods(IList<V1PodAffinityTerm>? required, IList<V1WeightedPodAffinityTerm>? preferred, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (required?.Count ?? 0); index++) { Pod(required![index], path.Child(Required).Index(index), errors); }
        for (var index = 0; index < (preferred?.Count ?? 0); index++)
        {
            var (term, at) = (preferred![index], path.Child(Preferred).Index(index));
            if (term.Weight is < 1 or > 100) { errors.Invalid(at.Child("weight"), term.Weight, WeightText); }
            if (term.PodAffinityTerm is not null) { Pod(term.PodAffinityTerm, at.Child("podAffinityTerm"), errors); }
        }
    }

    private static void Pod(V1PodAffinityTerm term, FieldPath path, FieldErrors errors)
    {
        SelectorRules.Validate(term.LabelSelector, path.Child("labelSelector"), errors);
        SelectorRules.Validate(term.NamespaceSelector, path.Child("namespaceSelector"), errors);
        foreach (var name in term.Namespaces ?? []) { NameRules.DnsLabel(name ?? string.Empty, false, path.Child("namespace"), errors); }
        LabelKeyRules.Validate(term.MatchLabelKeys, term.MismatchLabelKeys, term.LabelSelector, path, errors);
        if (string.IsNullOrEmpty(term.TopologyKey)) { errors.Required(path.Child("topologyKey"), "can not be empty"); }
        TextRules.QualifiedName(term.TopologyKey ?? string.Empty, path.Child("topologyKey"), errors);
    }
}
