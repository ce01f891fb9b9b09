using System.Globalization;
using k8s.Models;

namespace Orch.Resources;

/// <summary>Values given as a number or as a percentage of a total, such as <c>maxSurge</c>.</summary>
public static class IntOrPercent
{
    /// <summary>The number itself, or the percentage of <paramref name="total"/> rounded as asked.</summary>
    /// <exception cref="FormatException">It is neither a whole number nor a percentage; upstream's words.</exception>
    public static int Scaled(this IntOrString value, int total, bool roundUp)
    {
        var text = value.Value ?? string.Empty;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) { return number; }
        if (!text.EndsWith('%')) { throw new FormatException("invalid type: string is not a percentage"); }
        if (!int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent))
        {
            throw new FormatException($"invalid value \"{text}\": not a percentage");
        }

        var hundredths = (long)percent * total;
        var (whole, rest) = Math.DivRem(hundredths, 100);
        if (rest != 0 && roundUp && hundredths > 0) { whole++; }
        if (rest != 0 && !roundUp && hundredths < 0) { whole--; }
        return (int)Math.Clamp(whole, int.MinValue, int.MaxValue);
    }

    /// <summary>Whether it is a number that was sent as a text, such as <c>"80"</c>; no field takes one.</summary>
    public static bool IsQuoted(this IntOrString value) => value is QuotedNumber;

    /// <summary>Whether it is written as a percentage.</summary>
    public static bool IsPercent(this IntOrString value) => value.Value?.EndsWith('%') == true;
}
