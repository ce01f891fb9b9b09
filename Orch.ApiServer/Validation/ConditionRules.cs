using System.Buffers;
using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for conditions of the form that newer kinds share.</summary>
internal static class ConditionRules
{
    private const int MaxReason = 1024;
    private const int MaxMessage = 32 * 1024;
    private const string ReasonText = "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
    private static readonly SearchValues<char> ReasonChars = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_,:");

    /// <summary>A list of conditions, each type at most once.</summary>
    public static void Validate(IList<V1Condition>? conditions, FieldPath path, FieldErrors errors)
    {
        if (conditions is not { Count: > 0 }) { return; }
        for (var index = 0; index < conditions.Count; index++)
        {
            var type = conditions[index].Type ?? string.Empty;
            if (conditions.Take(index).Any(other => (other.Type ?? string.Empty) == type)) { errors.Duplicate(path.Index(index).Child("type"), type); }
            One(conditions[index], path.Index(index), errors);
        }
    }

    private static void One(V1Condition condition, FieldPath path, FieldErrors errors)
    {
        TextRules.QualifiedName(condition.Type ?? string.Empty, path.Child("type"), errors);
        if (condition.Status is not ("True" or "False" or "Unknown")) { errors.NotSupported(path.Child("status"), condition.Status ?? string.Empty, "False", "True", "Unknown"); }
        if (condition.ObservedGeneration < 0) { errors.Invalid(path.Child("observedGeneration"), condition.ObservedGeneration, "must be greater than or equal to zero"); }
        if (condition.LastTransitionTime == default) { errors.Required(path.Child("lastTransitionTime"), "must be set"); }
        if (string.IsNullOrEmpty(condition.Reason)) { errors.Required(path.Child("reason"), "must be set"); }
        else
        {
            if (!IsReason(condition.Reason)) { errors.Invalid(path.Child("reason"), condition.Reason, ReasonText); }
            if (TextRules.ByteLength(condition.Reason) > MaxReason) { errors.TooLong(path.Child("reason"), MaxReason); }
        }

        if (condition.Message is { Length: > 0 } message && TextRules.ByteLength(message) > MaxMessage) { errors.TooLong(path.Child("message"), MaxMessage); }
    }

    private static bool IsReason(string text)
        => char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAnyExcept(ReasonChars) && text[^1] is not (',' or ':');
}
