<<<<<<< HEAD
using System.Buffers;
=======
using System.Text.RegularExpressions;
>>>>>>> eb37d28 (Declare the kinds of apps, batch, autoscaling, policy, storage and node, and the rest of core's; resize pods; check the pod fields of 1.34 to 1.36)
using k8s.Models;

namespace Orch.ApiServer.Validation;

<<<<<<< HEAD
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
=======
/// <summary>The rules for conditions of the common form.</summary>
internal static partial class ConditionRules
{
    private const int MaxReasonLength = 1024;
    private const int MaxMessageLength = 32 * 1024;
    private const string ReasonForm = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";

    /// <summary>Each condition, and that no type stands twice.</summary>
    public static void Validate(IList<V1Condition>? conditions, FieldPath path, FieldErrors errors)
    {
        var types = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < (conditions?.Count ?? 0); index++)
        {
            var (condition, at) = (conditions![index], path.Index(index));
            if (types.TryGetValue(condition.Type ?? string.Empty, out _)) { errors.Duplicate(at.Child("type"), condition.Type ?? string.Empty); }
            types[condition.Type ?? string.Empty] = index;
            One(condition, at, errors);
>>>>>>> eb37d28 (Declare the kinds of apps, batch, autoscaling, policy, storage and node, and the rest of core's; resize pods; check the pod fields of 1.34 to 1.36)
        }
    }

    private static void One(V1Condition condition, FieldPath path, FieldErrors errors)
    {
        TextRules.QualifiedName(condition.Type ?? string.Empty, path.Child("type"), errors);
        if (condition.Status is not ("True" or "False" or "Unknown")) { errors.NotSupported(path.Child("status"), condition.Status ?? string.Empty, "False", "True", "Unknown"); }
<<<<<<< HEAD
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
=======
        NumberRules.NotNegative(condition.ObservedGeneration, path, "observedGeneration", errors);
        if (condition.LastTransitionTime == default) { errors.Required(path.Child("lastTransitionTime"), "must be set"); }
        var reason = condition.Reason ?? string.Empty;
        if (reason.Length == 0) { errors.Required(path.Child("reason"), "must be set"); }
        else if (!Reason().IsMatch(reason))
        {
            errors.Invalid(path.Child("reason"), reason, $"a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '{ReasonForm}')");
        }

        if (reason.Length > MaxReasonLength) { errors.TooLong(path.Child("reason"), MaxReasonLength); }
        if (TextRules.ByteLength(condition.Message ?? string.Empty) > MaxMessageLength) { errors.TooLong(path.Child("message"), MaxMessageLength); }
    }

    [GeneratedRegex("^" + ReasonForm + "\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Reason();
>>>>>>> eb37d28 (Declare the kinds of apps, batch, autoscaling, policy, storage and node, and the rest of core's; resize pods; check the pod fields of 1.34 to 1.36)
}
