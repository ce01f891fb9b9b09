using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>Selectors as reviews of access carry them.</summary>
/// <remarks>One that cannot be read is left out: it then narrows nothing, and the request itself is refused for it.</remarks>
internal static class SelectorAttributes
{
    public static V1FieldSelectorAttributes? FieldsOf(string selector)
    {
        if (selector.Length == 0) { return null; }
        try
        {
            return new V1FieldSelectorAttributes
            {
                Requirements = [.. FieldSelector.Parse(selector).Requirements.Select(static item => new V1FieldSelectorRequirement { Key = item.Field, OperatorProperty = item.IsNegated ? "NotIn" : "In", Values = [item.Value] })],
            };
        }
        catch (SelectorException) { return null; }
    }

    public static V1LabelSelectorAttributes? LabelsOf(string selector)
    {
        if (selector.Length == 0) { return null; }
        try
        {
            return new V1LabelSelectorAttributes
            {
                Requirements = [.. LabelSelector.Parse(selector).Requirements.Where(static item => OperatorOf(item) is not null).Select(static item => new V1LabelSelectorRequirement { Key = item.Key, OperatorProperty = OperatorOf(item), Values = item.Values.Count == 0 ? null : [.. item.Values] })],
            };
        }
        catch (SelectorException) { return null; }
    }

    /// <summary>The selector of a review as text; empty where there is none, or where it says what no request could.</summary>
    public static string TextOf(V1FieldSelectorAttributes? selector)
    {
        if (!string.IsNullOrEmpty(selector?.RawSelector)) { return selector.RawSelector; }
        return string.Join(',', (selector?.Requirements ?? [])
            .Where(static item => item.OperatorProperty is "In" or "NotIn" && item.Values is { Count: 1 })
            .Select(static item => new FieldRequirement(item.Key, item.Values[0], item.OperatorProperty == "NotIn").ToString()));
    }

    /// <inheritdoc cref="TextOf(V1FieldSelectorAttributes?)" />
    public static string TextOf(V1LabelSelectorAttributes? selector)
    {
        if (!string.IsNullOrEmpty(selector?.RawSelector)) { return selector.RawSelector; }
        return string.Join(',', (selector?.Requirements ?? []).Select(static item => item.OperatorProperty switch
        {
            "In" => $"{item.Key} in ({string.Join(',', item.Values ?? [])})",
            "NotIn" => $"{item.Key} notin ({string.Join(',', item.Values ?? [])})",
            "DoesNotExist" => "!" + item.Key,
            _ => item.Key,
        }));
    }

    /// <summary>What is wrong with the selectors of a review.</summary>
    public static void Validate(V1ResourceAttributes attributes, FieldPath path, FieldErrors errors)
    {
        if (attributes.FieldSelector is { } fields) { Both(fields.RawSelector, fields.Requirements?.Count ?? 0, path.Child("fieldSelector"), errors); }
        if (attributes.LabelSelector is { } labels) { Both(labels.RawSelector, labels.Requirements?.Count ?? 0, path.Child("labelSelector"), errors); }

        static void Both(string? raw, int requirements, FieldPath path, FieldErrors errors)
        {
            if (!string.IsNullOrEmpty(raw) && requirements > 0) { errors.Invalid(path.Child("rawSelector"), raw, "may not specified at the same time as requirements"); }
            if (string.IsNullOrEmpty(raw) && requirements == 0) { errors.Required(path.Child("requirements"), $"when {path} is specified, requirements or rawSelector is required"); }
        }
    }

    // Comparisons of numbers have no form there.
    private static string? OperatorOf(LabelRequirement requirement) => requirement.Operator switch
    {
        SelectorOperator.Equals or SelectorOperator.In => "In",
        SelectorOperator.NotEquals or SelectorOperator.NotIn => "NotIn",
        SelectorOperator.Exists => "Exists",
        SelectorOperator.DoesNotExist => "DoesNotExist",
        _ => null,
    };
}
