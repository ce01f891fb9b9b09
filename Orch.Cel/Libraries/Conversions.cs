using System.Globalization;
using System.Text;

namespace Orch.Cel.Libraries;

/// <summary>Functions that turn a value of one type into one of another.</summary>
internal static class Conversions
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static CelValue ToInt(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Int: return value;
            case CelKind.Uint: return value.AsUint() > long.MaxValue ? CelValue.Fault("integer overflow") : CelValue.FromInt((long)value.AsUint());
            case CelKind.Double:
                var number = value.AsDouble();
                return number is > -9223372036854775808.0 and < 9223372036854775808.0 ? CelValue.FromInt((long)number) : CelValue.Fault("integer overflow");
            case CelKind.String:
                return long.TryParse(value.AsString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) && Plain(value.AsString())
                    ? CelValue.FromInt(parsed)
                    : ParseFault("ParseInt", value.AsString(), isInteger: true);
            case CelKind.Timestamp: return CelValue.FromInt(value.AsTimestamp().UnixSeconds);
            case CelKind.Duration: return CelValue.FromInt(value.AsDuration());
            default: return Unconvertible(value, "int");
        }
    }

    public static CelValue ToUint(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Uint: return value;
            case CelKind.Int: return value.AsInt() < 0 ? CelValue.Fault("unsigned integer overflow") : CelValue.FromUint((ulong)value.AsInt());
            case CelKind.Double:
                var number = value.AsDouble();
                return number is >= 0 and < 18446744073709551616.0 ? CelValue.FromUint((ulong)number) : CelValue.Fault("unsigned integer overflow");
            case CelKind.String:
                return ulong.TryParse(value.AsString(), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                    ? CelValue.FromUint(parsed)
                    : ParseFault("ParseUint", value.AsString(), isInteger: true);
            default: return Unconvertible(value, "uint");
        }
    }

    public static CelValue ToDouble(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Double: return value;
            case CelKind.Int: return CelValue.FromDouble(value.AsInt());
            case CelKind.Uint: return CelValue.FromDouble(value.AsUint());
            case CelKind.String:
                var text = value.AsString();
                switch (text.TrimStart('+').ToUpperInvariant())
                {
                    case "INF" or "INFINITY": return CelValue.FromDouble(double.PositiveInfinity);
                    case "-INF" or "-INFINITY": return CelValue.FromDouble(double.NegativeInfinity);
                    case "NAN": return CelValue.FromDouble(double.NaN);
                }

                return Plain(text) && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var parsed)
                    && !double.IsInfinity(parsed)
                    ? CelValue.FromDouble(parsed)
                    : ParseFault("ParseFloat", text, isInteger: false);
            default: return Unconvertible(value, "double");
        }
    }

    public static CelValue ToText(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.String: return value;
            case CelKind.Int or CelKind.Uint or CelKind.Bool or CelKind.Timestamp or CelKind.Duration: return CelValue.FromString(CelFormat.ToText(value));
            case CelKind.Double: return CelValue.FromString(CelFormat.Double(value.AsDouble()));
            case CelKind.Bytes:
                try
                {
                    return CelValue.FromString(Strict.GetString(value.AsBytes()));
                }
                catch (DecoderFallbackException)
                {
                    return CelValue.Fault("invalid UTF-8 in bytes, cannot convert to string");
                }

            case CelKind.Opaque when value.AsOpaque() is CelAddress or CelNetwork: return CelValue.FromString(value.AsOpaque().ToString()!);
            default: return Unconvertible(value, "string");
        }
    }

    public static CelValue ToBytes(in CelValue value) => value.Kind switch
    {
        CelKind.Bytes => value,
        CelKind.String => CelValue.FromBytes(Encoding.UTF8.GetBytes(value.AsString())),
        _ => Unconvertible(value, "bytes"),
    };

    public static CelValue ToBool(in CelValue value)
    {
        if (value.Kind == CelKind.Bool) { return value; }
        if (value.Kind != CelKind.String) { return Unconvertible(value, "bool"); }
        return value.AsString() switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
            var text => CelValue.Fault($"strconv.ParseBool: parsing {Syntax.ExprPrinter.Quote(text)}: invalid syntax"),
        };
    }

    public static CelValue ToTimestamp(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Timestamp: return value;
            case CelKind.Int: return CelValue.FromTimestamp(value.AsInt(), 0);
            case CelKind.String:
                return CelTime.TryParseTimestamp(value.AsString(), out var seconds, out var nanos, out var offset)
                    ? CelValue.FromTimestamp(seconds, nanos, offset)
                    : CelValue.Fault(TimestampFault(value.AsString()));
            default: return Unconvertible(value, "google.protobuf.Timestamp");
        }
    }

    public static CelValue ToDuration(in CelValue value)
    {
        switch (value.Kind)
        {
            case CelKind.Duration: return value;
            case CelKind.Int: return CelValue.FromDuration(value.AsInt());
            case CelKind.String:
                return CelTime.TryParseDuration(value.AsString(), out var nanos) ? CelValue.FromDuration(nanos) : CelValue.Fault(DurationFault(value.AsString()));
            default: return Unconvertible(value, "google.protobuf.Duration");
        }
    }

    public static string TimestampFault(string text)
        => $"parsing time {Syntax.ExprPrinter.Quote(text)} as \"2006-01-02T15:04:05Z07:00\": cannot parse {Syntax.ExprPrinter.Quote(text)} as \"2006\"";

    public static string DurationFault(string text) => $"time: invalid duration {Syntax.ExprPrinter.Quote(text)}";

    private static bool Plain(string text) => text.Length > 0 && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]);

    private static CelValue ParseFault(string function, string text, bool isInteger)
    {
        var digits = text.AsSpan().TrimStart("+-");
        var outOfRange = digits.Length > 0 && (isInteger ? !digits.ContainsAnyExceptInRange('0', '9') && !(function == "ParseUint" && text[0] is '+' or '-')
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsInfinity(number));
        return CelValue.Fault($"strconv.{function}: parsing {Syntax.ExprPrinter.Quote(text)}: {(outOfRange ? "value out of range" : "invalid syntax")}");
    }

    private static CelValue Unconvertible(in CelValue value, string type)
        => CelValue.Fault($"type conversion error from '{value.RuntimeType().Name}' to '{type}'");
}
