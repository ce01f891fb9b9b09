using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for label keys whose values a pod brings itself, beside a selector.</summary>
internal static class LabelKeyRules
{
    /// <summary>Keys that must match and keys that must not.</summary>
    public static void Validate(IList<string>? match, IList<string>? mismatch, V1LabelSelector? selector, FieldPath path, FieldErrors errors)
    {
        Keys(match, selector, path.Child("matchLabelKeys"), errors);
        Keys(mismatch, selector, path.Child("mismatchLabelKeys"), errors);
        if (match is { Count: > 0 }) { Both(match, mismatch, selector, path, errors); }
    }

    private static void Keys(IList<string>? keys, V1LabelSelector? selector, FieldPath path, FieldErrors errors)
    {
        if (keys is not { Count: > 0 }) { return; }
        if (selector is null)
        {
            errors.Forbidden(path, "must not be specified when labelSelector is not set");
            return;
        }

        for (var index = 0; index < keys.Count; index++) { TextRules.QualifiedName(keys[index] ?? string.Empty, path.Index(index), errors); }
    }

    // The keys have been made into expressions by now, so only a second condition on a key was given by hand; its path is upstream's.
    private static void Both(IList<string> match, IList<string>? mismatch, V1LabelSelector? selector, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(selector?.MatchLabels?.Keys ?? []);
        foreach (var expression in selector?.MatchExpressions ?? [])
        {
            if (!seen.Add(expression.Key) && match.IndexOf(expression.Key) is >= 0 and var index) { errors.Invalid(path.Index(index), expression.Key, "exists in both matchLabelKeys and labelSelector"); }
        }

        for (var index = 0; index < match.Count; index++)
        {
            if (mismatch?.Contains(match[index]) == true) { errors.Invalid(path.Child("matchLabelKeys").Index(index), match[index], "exists in both matchLabelKeys and mismatchLabelKeys"); }
        }
    }
}
