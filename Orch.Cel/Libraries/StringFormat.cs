using System.Globalization;
using System.Text;

namespace Orch.Cel.Libraries;

/// <summary><c>"%s is %d".format([a, b])</c>.</summary>
internal static class StringFormat
{
    private const int MaxPrecision = 1000;

    public static CelValue Format(string format, CelList values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var index = 0; index < format.Length; index++)
        {
            if (format[index] != '%') { text.Append(format[index]); continue; }
            if (++index >= format.Length) { return CelValue.Fault("unexpected end of string"); }
            if (format[index] == '%') { text.Append('%'); continue; }
            var precision = -1;
            if (format[index] == '.')
            {
                precision = 0;
                for (index++; index < format.Length && char.IsAsciiDigit(format[index]); index++)
                {
                    precision = precision * 10 + (format[index] - '0');
                    if (precision > MaxPrecision) { return CelValue.Fault("error while parsing precision: value out of range"); }
                }

                if (index >= format.Length) { return CelValue.Fault("error while parsing precision: could not find end of precision specifier"); }
            }

            if (next >= values.Count) { return CelValue.Fault($"index {next} out of range"); }
            var value = values[next++];
            if (value.IsError) { return value; }
            if (!TryAppend(text, format[index], precision, value, out var fault)) { return CelValue.Fault(fault); }
            if (text.Length > StringsLibrary.MaxResult) { return CelValue.Fault("string too large"); }
        }

        return CelValue.FromString(text.ToString());
    }

    private static bool TryAppend(StringBuilder text, char clause, int precision, in CelValue value, out string fault)
    {
        fault = string.Empty;
        var type = value.RuntimeType().Name;
        switch (clause)
        {
            case 's':
                if (AppendText(text, value, 0)) { return true; }
                fault = $"error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given {type}";
                return false;
            case 'd' when value.Kind is CelKind.Int or CelKind.Uint: text.Append(value.ToString()); return true;
            case 'd' when value.Kind == CelKind.Double && !double.IsFinite(value.AsDouble()): text.Append(Special(value.AsDouble())); return true;
            case 'd': fault = $"error during formatting: decimal clause can only be used on integers, was given {type}"; return false;
            case 'f' or 'e':
                if (Number(value) is not { } number)
                {
                    fault = $"error during formatting: {(clause == 'f' ? "fixed-point" : "scientific")} clause can only be used on doubles, was given {type}";
                    return false;
                }

                text.Append(!double.IsFinite(number) ? Special(number) : clause == 'f'
                    ? number.ToString("F" + (precision < 0 ? 6 : precision).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                    : number.ToString("0." + new string('0', precision < 0 ? 6 : precision) + "e+00", CultureInfo.InvariantCulture));
                return true;
            case 'b' when value.Kind is CelKind.Int: text.Append(value.AsInt() < 0 ? "-" : string.Empty).Append(Magnitude(value.AsInt()).ToString("b", CultureInfo.InvariantCulture)); return true;
            case 'b' when value.Kind is CelKind.Uint: text.Append(value.AsUint().ToString("b", CultureInfo.InvariantCulture)); return true;
            case 'b' when value.Kind is CelKind.Bool: text.Append(value.IsTrue ? '1' : '0'); return true;
            case 'b': fault = $"error during formatting: only integers and bools can be formatted as binary, was given {type}"; return false;
            case 'x' or 'X':
                if (Hexadecimal(value) is not { } digits)
                {
                    fault = $"error during formatting: only integers, byte buffers, and strings can be formatted as hex, was given {type}";
                    return false;
                }

                text.Append(clause == 'X' ? digits.ToUpperInvariant() : digits);
                return true;
            case 'o' when value.Kind is CelKind.Int: text.Append(value.AsInt() < 0 ? "-" : string.Empty).Append(Octal(Magnitude(value.AsInt()))); return true;
            case 'o' when value.Kind is CelKind.Uint: text.Append(Octal(value.AsUint())); return true;
            case 'o': fault = $"error during formatting: octal clause can only be used on integers, was given {type}"; return false;
            default: fault = $"could not parse formatting clause: unrecognized formatting clause \"{clause}\""; return false;
        }
    }

    private static ulong Magnitude(long value) => value < 0 ? unchecked((ulong)-value) : (ulong)value;

    private static string Special(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    private static double? Number(in CelValue value) => value.Kind switch
    {
        CelKind.Double => value.AsDouble(),
        CelKind.Int => value.AsInt(),
        CelKind.Uint => value.AsUint(),
        CelKind.String => value.AsString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => null },
        _ => null,
    };

    private static string? Hexadecimal(in CelValue value) => value.Kind switch
    {
        CelKind.Int => (value.AsInt() < 0 ? "-" : string.Empty) + Magnitude(value.AsInt()).ToString("x", CultureInfo.InvariantCulture),
        CelKind.Uint => value.AsUint().ToString("x", CultureInfo.InvariantCulture),
        CelKind.String => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value.AsString())),
        CelKind.Bytes => Convert.ToHexStringLower(value.AsBytes()),
        _ => null,
    };

    private static string Octal(ulong value)
    {
        var digits = string.Empty;
        do { digits = (char)('0' + (value & 7)) + digits; value >>= 3; }
        while (value != 0);
        return digits;
    }

    private static bool AppendText(StringBuilder text, in CelValue value, int depth)
    {
        if (depth > 64 || text.Length > StringsLibrary.MaxResult) { return false; }
        switch (value.Kind)
        {
            case CelKind.Double: text.Append(double.IsFinite(value.AsDouble()) ? CelFormat.Double(value.AsDouble()) : Special(value.AsDouble())); return true;
            case CelKind.Bytes: text.Append(Encoding.UTF8.GetString(value.AsBytes())); return true;
            case CelKind.String or CelKind.Int or CelKind.Uint or CelKind.Bool or CelKind.Null or CelKind.Type or CelKind.Timestamp or CelKind.Duration: text.Append(value.ToString()); return true;
            case CelKind.List:
                text.Append('[');
                for (var index = 0; index < value.AsList().Count; index++)
                {
                    if (index > 0) { text.Append(", "); }
                    if (!AppendText(text, value.AsList()[index], depth + 1)) { return false; }
                }

                text.Append(']');
                return true;
            case CelKind.Map:
                var map = value.AsMap();
                var entries = new SortedDictionary<string, CelValue>(StringComparer.Ordinal);
                foreach (var key in map.Keys) { entries[key.ToString()] = map.TryGet(key, out var item) ? item : default; }
                text.Append('{');
                var first = true;
                foreach (var (key, item) in entries)
                {
                    text.Append(first ? string.Empty : ", ").Append(key).Append(": ");
                    first = false;
                    if (!AppendText(text, item, depth + 1)) { return false; }
                }

                text.Append('}');
                return true;
            default: return false;
        }
    }
}
