using k8s.Models;

namespace Orch.Controllers.Disruption;

/// <summary>A selector as upstream's events show it.</summary>
internal static class SelectorText
{
    public static string Of(V1LabelSelector? selector)
    {
        if (selector is null) { return "nil"; }
        var labels = (selector.MatchLabels ?? new Dictionary<string, string>()).OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => $"{label.Key}: {label.Value},");
        var expressions = (selector.MatchExpressions ?? []).Select(static one => $"LabelSelectorRequirement{{Key:{one.Key},Operator:{one.OperatorProperty},Values:[{string.Join(' ', one.Values ?? [])}],}},");
        return $"&LabelSelector{{MatchLabels:map[string]string{{{string.Concat(labels)}}},MatchExpressions:[]LabelSelectorRequirement{{{string.Concat(expressions)}}},}}";
    }
}
