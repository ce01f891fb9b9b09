using System.Globalization;
using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for numbers: ports, counts, ids, quantities.</summary>
internal static class NumberRules
{
    /// <summary>What is said of a negative number.</summary>
    public const string NotNegativeText = "must be greater than or equal to 0";

    /// <summary>What is said of a number that must be at least one.</summary>
    public const string PositiveText = "must be greater than 0";

    /// <summary>Zero or more.</summary>
    public static void NotNegative(long? value, FieldPath parent, string field, FieldErrors errors)
    {
        if (value < 0) { errors.Invalid(parent.Child(field), value, NotNegativeText); }
    }

    /// <summary>One or more; null counts as zero.</summary>
    public static void Positive(long? value, FieldPath parent, string field, FieldErrors errors)
    {
        if ((value ?? 0) <= 0) { errors.Invalid(parent.Child(field), value ?? 0, PositiveText); }
    }

    /// <summary>Within bounds, both included.</summary>
    public static void Between(long value, long min, long max, FieldPath path, FieldErrors errors)
    {
        if (value < min || value > max) { errors.Invalid(path, value, TextRules.Between(min, max)); }
    }

    /// <summary>A port, 1 to 65535.</summary>
    public static void Port(long value, FieldPath parent, string field, FieldErrors errors)
    {
        if (value is < 1 or > 65535) { errors.Invalid(parent.Child(field), value, TextRules.Between(1, 65535)); }
    }

    /// <summary>A port or the name of one.</summary>
    public static void PortOrName(IntOrString? port, FieldPath parent, string field, FieldErrors errors)
    {
        if (AsNumber(port) is { } number) { Port(number, parent, field, errors); }
        else { TextRules.PortName(port!.Value, parent.Child(field), errors); }
    }

    /// <summary>A user id.</summary>
    public static void UserId(long? value, FieldPath parent, string field, FieldErrors errors)
    {
        if (value is < 0 or > int.MaxValue) { errors.Invalid(parent.Child(field), value, TextRules.Between(0, int.MaxValue)); }
    }

    /// <summary>The number that the value is; null when it is a text; an absent value is zero.</summary>
    public static int? AsNumber(IntOrString? value)
    {
        if (value?.Value is not { } text) { return 0; }
        return !value.IsQuoted() && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>A count or a share of one, neither negative.</summary>
    public static void CountOrPercent(IntOrString? value, FieldPath path, FieldErrors errors)
    {
        if (AsNumber(value) is { } number)
        {
            if (number < 0) { errors.Invalid(path, number, NotNegativeText); }
        }
        else
        {
            TextRules.Percent(value!.Value, path, errors);
        }
    }

    /// <summary>The share that a text such as <c>25%</c> says; null when the value is a number.</summary>
    public static int? AsPercent(IntOrString? value)
        => value?.Value is { } text && TextRules.IsPercent(text) && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var share)
            ? share
            : null;

    /// <summary>Whether a count or share is nothing.</summary>
    public static bool IsZero(IntOrString? value) => AsNumber(value) == 0 || AsPercent(value) == 0;

    /// <summary>A share is not more than the whole.</summary>
    public static void AtMostAll(IntOrString? value, FieldPath path, FieldErrors errors)
    {
        if (AsPercent(value) > 100) { errors.Invalid(path, value, "must not be greater than 100%"); }
    }
}
