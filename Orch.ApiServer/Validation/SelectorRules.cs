using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for label selectors in objects.</summary>
internal static class SelectorRules
{
    /// <summary>Match labels and expressions; null is fine.</summary>
    /// <param name="allowInvalidValues">Values of expressions are taken as they are: what is stored has such values already.</param>
    public static void Validate(V1LabelSelector? selector, FieldPath path, FieldErrors errors, bool allowInvalidValues = false)
    {
        if (selector is null) { return; }
        if (selector.MatchLabels is { Count: > 0 }) { MetadataRules.Labels(selector.MatchLabels, path.Child("matchLabels"), errors); }
        if (selector.MatchExpressions is not { Count: > 0 } expressions) { return; }
        for (var index = 0; index < expressions.Count; index++) { Requirement(expressions[index], path.Child("matchExpressions").Index(index), errors, allowInvalidValues); }
    }

    private static void Requirement(V1LabelSelectorRequirement requirement, FieldPath path, FieldErrors errors, bool allowInvalidValues)
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
            default:
                errors.Invalid(path.Child("operator"), requirement.OperatorProperty ?? string.Empty, "not a valid selector operator");
                break;
        }

        TextRules.QualifiedName(requirement.Key ?? string.Empty, path.Child("key"), errors);
        if (requirement.Values is null || allowInvalidValues) { return; }
        for (var index = 0; index < requirement.Values.Count; index++) { TextRules.LabelValue(requirement.Values[index], path.Child("values").Index(index), errors); }
    }
}
