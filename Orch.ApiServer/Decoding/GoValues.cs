using System.Globalization;
using System.Text;
using Orch.Resources;

namespace Orch.ApiServer.Decoding;

/// <summary>Checks values that have a syntax of their own; faults in the words of Go's decoders.</summary>
internal static class GoValues
{
    private const string Layout = "2006-01-02T15:04:05Z07:00";

    /// <summary>Null when the text is a time as RFC 3339 has it.</summary>
    public static string? FaultOfTime(string text)
    {
        if (text.Length == 0) { return $"parsing time \"\" as \"{Layout}\": cannot parse \"\" as \"2006\""; }
        ReadOnlySpan<(int Start, int Length, string Name)> parts = [(0, 4, "2006"), (5, 2, "01"), (8, 2, "02"), (11, 2, "15"), (14, 2, "04"), (17, 2, "05")];
        ReadOnlySpan<char> separators = ['-', '-', 'T', ':', ':'];
        for (var index = 0; index < parts.Length; index++)
        {
            var (start, length, name) = parts[index];
            if (text.Length < start + length || text.AsSpan(start, length).ContainsAnyExceptInRange('0', '9')) { return CannotParse(text, start, name); }
            if (index < separators.Length && (text.Length <= start + length || text[start + length] != separators[index]))
            {
                return CannotParse(text, start + length, separators[index].ToString());
            }
        }

        var month = Number(text, 5);
        if (month is < 1 or > 12) { return $"parsing time \"{text}\": month out of range"; }
        var day = Number(text, 8);
        var year = int.Parse(text.AsSpan(0, 4), CultureInfo.InvariantCulture);
        if (day < 1 || day > DateTime.DaysInMonth(Math.Max(year, 1), month)) { return $"parsing time \"{text}\": day out of range"; }
        if (Number(text, 11) > 23) { return $"parsing time \"{text}\": hour out of range"; }
        if (Number(text, 14) > 59) { return $"parsing time \"{text}\": minute out of range"; }
        if (Number(text, 17) > 59) { return $"parsing time \"{text}\": second out of range"; }
        return FaultOfZone(text, year);
    }

    /// <summary>Whether the bytes are a quantity of the common form, such as <c>100m</c> or <c>1.5Gi</c>; false leaves it open.</summary>
    public static bool IsPlainQuantity(ReadOnlySpan<byte> text)
    {
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) { return text.Length is > 0 and < 16; }
        if (digits is 0 or > 15) { return false; }
        var rest = text[digits..];
        if (rest[0] == '.')
        {
            var fraction = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (fraction is < 0 or > 9) { return fraction < 0 && rest.Length is > 1 and < 10; }
            if (fraction == 0) { return false; }
            rest = rest[(1 + fraction)..];
        }

        return rest.Length switch
        {
            1 => rest[0] is (byte)'m' or (byte)'k' or (byte)'M' or (byte)'G' or (byte)'T',
            2 => rest[1] == 'i' && (rest[0] is (byte)'K' or (byte)'M' or (byte)'G' or (byte)'T'),
            _ => false,
        };
    }

    /// <summary>Null when the text is a quantity.</summary>
    public static string? FaultOfQuantity(string text) => Quantities.TryParse(text.Trim(), out _, out var error) ? null : error;

    /// <summary>Null when the text is base64, line breaks allowed.</summary>
    public static string? FaultOfBase64(ReadOnlySpan<byte> text)
    {
        var count = 0;
        var padding = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var next = text[index];
            if (next is (byte)'\r' or (byte)'\n') { continue; }
            if (next == '=')
            {
                if (count % 4 < 2 || ++padding > 2) { return Corrupt(index); }
                count++;
                continue;
            }

            if (padding > 0 || !(char.IsAsciiLetterOrDigit((char)next) || next is (byte)'+' or (byte)'/')) { return Corrupt(index); }
            count++;
        }

        return count % 4 == 0 ? null : Corrupt(text.Length - (count % 4));
    }

    private static string? FaultOfZone(string text, int year)
    {
        var at = 19;
        if (at < text.Length && text[at] is '.' or ',')
        {
            var digits = at + 1;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) { digits++; }
            if (digits == at + 1) { return CannotParse(text, at, "Z07:00"); }
            at = digits;
        }

        if (at >= text.Length) { return CannotParse(text, at, "Z07:00"); }
        if (text[at] == 'Z') { at++; }
        else
        {
            if (text[at] is not ('+' or '-') || text.Length < at + 6 || text[at + 3] != ':'
                || text.AsSpan(at + 1, 2).ContainsAnyExceptInRange('0', '9') || text.AsSpan(at + 4, 2).ContainsAnyExceptInRange('0', '9'))
            {
                return CannotParse(text, at, "Z07:00");
            }

            if (Number(text, at + 1) > 23 || Number(text, at + 4) > 59) { return $"parsing time \"{text}\": time zone offset hour out of range"; }
            at += 6;
        }

        if (at < text.Length) { return $"parsing time \"{text}\": extra text: \"{text[at..]}\""; }
        return year == 0 ? $"parsing time \"{text}\": year is not in the range [1, 9999]" : null;
    }

    private static int Number(string text, int start) => int.Parse(text.AsSpan(start, 2), CultureInfo.InvariantCulture);

    private static string CannotParse(string text, int at, string part)
        => $"parsing time \"{text}\" as \"{Layout}\": cannot parse \"{text[Math.Min(at, text.Length)..]}\" as \"{part}\"";

    private static string Corrupt(int index) => string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {index}");
}
