using System.Globalization;

namespace Orch.ApiServer.Json;

/// <summary>Gives numbers of free JSON the form that Go's decoder and encoder leave them in.</summary>
/// <remarks>
/// A Go client that wants an integer refuses <c>1.0</c> and <c>1e+06</c>, as templates write them; upstream reads them as floating point and shows <c>1</c>
/// and <c>1000000</c>. What is no 64-bit integer keeps the digits of a double.
/// </remarks>
internal static class GoNumbers
{
    /// <summary>Goes through a tree, which the caller owns.</summary>
    /// <returns>The first number that is beyond all bounds; null when all are read.</returns>
    public static string? Normalize(object? tree)
    {
        switch (tree)
        {
            case JsonMap map:
                for (var index = 0; index < map.Count; index++)
                {
                    var (key, value) = map.GetAt(index);
                    if (value is JsonNumber number)
                    {
                        if (IsPlain(number.Text)) { continue; }
                        if (Of(number.Text) is not { } text) { return number.Text; }
                        map.SetAt(index, key, new JsonNumber(text));
                    }
                    else if (value is JsonMap or JsonList && Normalize(value) is { } fault) { return fault; }
                }

                return null;
            case JsonList list:
                for (var index = 0; index < list.Count; index++)
                {
                    if (list[index] is JsonNumber number)
                    {
                        if (IsPlain(number.Text)) { continue; }
                        if (Of(number.Text) is not { } text) { return number.Text; }
                        list[index] = new JsonNumber(text);
                    }
                    else if (list[index] is JsonMap or JsonList && Normalize(list[index]) is { } fault) { return fault; }
                }

                return null;
            default: return null;
        }
    }

    /// <summary>The number in Go's form; null when it is none that a double can be.</summary>
    public static string? Of(string text)
    {
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) { return whole.ToString(CultureInfo.InvariantCulture); }
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || double.IsInfinity(value)) { return null; }
        // Negative zero is written as -0, which is read as the integer.
        return value == 0 ? "0" : Show(value);
    }

    private static bool IsPlain(string text) => text.Length < 19 && text.AsSpan().IndexOfAny('.', 'e', 'E') < 0 && text != "-0";

    // The fewest digits that are this double; an exponent only for the very large and the very small.
    private static string Show(double value)
    {
        var shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var end = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = end < 0 ? shortest : shortest[..end];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", string.Empty, StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var exponent = (point < 0 ? mantissa.Length : point) - 1 - (all.Length - digits.Length) + (end < 0 ? 0 : int.Parse(shortest[(end + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        digits = digits.TrimEnd('0');
        var sign = value < 0 ? "-" : string.Empty;
        if (exponent is < -6 or >= 21)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : string.Empty;
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
        }

        if (exponent < 0) { return $"{sign}0.{new string('0', -exponent - 1)}{digits}"; }
        if (digits.Length <= exponent + 1) { return sign + digits.PadRight(exponent + 1, '0'); }
        return $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
