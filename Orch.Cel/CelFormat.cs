using System.Globalization;
using System.Text;

namespace Orch.Cel;

/// <summary>Values as text.</summary>
internal static class CelFormat
{
    private const int MaxDepth = 32;

    // Texts are for messages: a list can stand for more items than fit into memory as text.
    private const int MaxLength = 16 * 1024;

    public static string ToText(in CelValue value)
    {
        if (value.Kind == CelKind.String) { return value.AsString(); }
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    /// <summary>A double as Go's <c>%g</c>: the shortest digits, with an exponent below 1e-4 and from 1e6.</summary>
    public static string Double(double value)
    {
        if (double.IsNaN(value)) { return "NaN"; }
        if (double.IsInfinity(value)) { return value > 0 ? "+Inf" : "-Inf"; }
        if (value == 0) { return double.IsNegative(value) ? "-0" : "0"; }
        var (digits, exponent) = Shortest(value);
        var sign = value < 0 ? "-" : string.Empty;
        return exponent is < -4 or >= 6
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[..1]}{(digits.Length > 1 ? "." : string.Empty)}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}")
            : sign + Plain(digits, exponent);
    }

    /// <summary>A double as Go's <c>%f</c> with the shortest digits, never with an exponent.</summary>
    public static string PlainDouble(double value)
    {
        if (value == 0) { return double.IsNegative(value) ? "-0" : "0"; }
        var (digits, exponent) = Shortest(value);
        return (value < 0 ? "-" : string.Empty) + Plain(digits, exponent);
    }

    // The digits without a point, the first of which counts ten to the exponent.
    private static (string Digits, int Exponent) Shortest(double value)
    {
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var end = text.IndexOf('E', StringComparison.Ordinal);
        if (end >= 0) { return (text[..end].Replace(".", string.Empty, StringComparison.Ordinal), int.Parse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)); }
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var first = text.AsSpan().IndexOfAnyInRange('1', '9');
        var exponent = point < 0 ? text.Length - 1 : first < point ? point - 1 : point - first;
        return (text.Replace(".", string.Empty, StringComparison.Ordinal).Trim('0'), exponent);
    }

    private static string Plain(string digits, int exponent)
    {
        if (exponent < 0) { return "0." + new string('0', -exponent - 1) + digits; }
        return digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static void Append(StringBuilder text, in CelValue value, int depth)
    {
        if (depth > MaxDepth || text.Length > MaxLength) { text.Append("..."); return; }
        switch (value.Kind)
        {
            case CelKind.Null: text.Append("null"); break;
            case CelKind.Bool: text.Append(value.IsTrue ? "true" : "false"); break;
            case CelKind.Int: text.Append(value.AsInt()); break;
            case CelKind.Uint: text.Append(value.AsUint()); break;
            case CelKind.Double: text.Append(Double(value.AsDouble())); break;
            case CelKind.String: text.Append(Syntax.ExprPrinter.Quote(value.AsString())); break;
            case CelKind.Bytes: text.Append(Syntax.ExprPrinter.QuoteBytes(value.AsBytes())); break;
            case CelKind.Timestamp: text.Append(CelTime.FormatTimestamp(value)); break;
            case CelKind.Duration: text.Append(CelTime.FormatDuration(value.AsDuration())); break;
            case CelKind.Type: text.Append(value.AsType().Name); break;
            case CelKind.Opaque: text.Append(value.AsOpaque()); break;
            case CelKind.Error: text.Append(value.AsError().Message); break;
            case CelKind.Optional:
                if (!value.TryGetOptional(out var inner)) { text.Append("optional.none()"); break; }
                text.Append("optional(");
                Append(text, inner, depth + 1);
                text.Append(')');
                break;
            case CelKind.List:
                text.Append('[');
                var list = value.AsList();
                for (var index = 0; index < list.Count && text.Length <= MaxLength; index++)
                {
                    if (index > 0) { text.Append(", "); }
                    Append(text, list[index], depth + 1);
                }

                text.Append(']');
                break;
            default:
                text.Append('{');
                var first = true;
                foreach (var key in value.AsMap().Keys)
                {
                    if (text.Length > MaxLength) { break; }
                    if (!first) { text.Append(", "); }
                    first = false;
                    Append(text, key, depth + 1);
                    text.Append(": ");
                    if (value.AsMap().TryGet(key, out var item)) { Append(text, item, depth + 1); }
                }

                text.Append('}');
                break;
        }
    }
}
