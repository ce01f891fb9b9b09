using System.Globalization;
using k8s.Models;

namespace Orch.Scheduling.Plugins;

/// <summary>Whether nodes match node selectors.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/</remarks>
internal static class NodeSelectors
{
    private const string NameField = "metadata.name";

    /// <summary>Both <c>nodeSelector</c> and the required affinity must match.</summary>
    public static bool MatchesRequired(V1Pod pod, V1Node node)
    {
        if (pod.Spec.NodeSelector is { Count: > 0 } labels)
        {
            foreach (var (key, value) in labels)
            {
                if (!TryLabel(node, key, out var actual) || actual != value) { return false; }
            }
        }

        var required = pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        if (required is null) { return true; }
        foreach (var term in required.NodeSelectorTerms ?? [])
        {
            if (Matches(term, node, emptyMatches: false)) { return true; }
        }

        return false;
    }

    /// <summary>All expressions and fields of a term hold.</summary>
    public static bool Matches(V1NodeSelectorTerm term, V1Node node, bool emptyMatches)
    {
        if (term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 }) { return emptyMatches; }
        foreach (var expression in term.MatchExpressions ?? [])
        {
            var present = TryLabel(node, expression.Key, out var value);
            if (!Holds(expression, present, value)) { return false; }
        }

        foreach (var field in term.MatchFields ?? [])
        {
            if (field.Key != NameField || !Holds(field, true, node.Metadata.Name)) { return false; }
        }

        return true;
    }

    /// <summary>The only nodes that a selector can match, where every term names some; else null.</summary>
    public static HashSet<string>? NamedNodes(V1NodeSelector? required)
    {
        if (required?.NodeSelectorTerms is not { Count: > 0 } terms) { return null; }
        var names = new HashSet<string>();
        foreach (var term in terms)
        {
            HashSet<string>? named = null;
            foreach (var field in term.MatchFields ?? [])
            {
                if (field is not { Key: NameField, OperatorProperty: "In" }) { continue; }
                if (named is null) { named = [.. field.Values]; }
                else { named.IntersectWith(field.Values); }
            }

            if (named is null) { return null; }
            names.UnionWith(named);
        }

        return names;
    }

    private static bool TryLabel(V1Node node, string key, out string value)
    {
        value = string.Empty;
        return node.Metadata.Labels is { } labels && labels.TryGetValue(key, out value!);
    }

    private static bool Holds(V1NodeSelectorRequirement requirement, bool present, string value) => requirement.OperatorProperty switch
    {
        "In" => present && requirement.Values?.Contains(value) == true,
        "NotIn" => !present || requirement.Values?.Contains(value) != true,
        "Exists" => present,
        "DoesNotExist" => !present,
        "Gt" => present && Compare(requirement, value, out var order) && order > 0,
        "Lt" => present && Compare(requirement, value, out var order) && order < 0,
        _ => false,
    };

    private static bool Compare(V1NodeSelectorRequirement requirement, string value, out int order)
    {
        order = 0;
        if (requirement.Values is not [var bound]
            || !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
            || !long.TryParse(bound, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right)) { return false; }
        order = left.CompareTo(right);
        return true;
    }
}
