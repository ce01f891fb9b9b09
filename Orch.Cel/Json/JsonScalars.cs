using System.Globalization;

namespace Orch.Cel.Json;

/// <summary>Strings and numbers of JSON as values of a declared type.</summary>
internal static class JsonScalars
{
    public static CelValue Number(ReadOnlySpan<char> text, CelType type)
    {
        var isInteger = text.IndexOfAny('.', 'e', 'E') < 0;
        if (type.Kind != CelKind.Double && isInteger && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return CelValue.FromInt(integer);
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return type.Kind == CelKind.Int && Math.Floor(number) == number && Math.Abs(number) < 9.2e18 ? CelValue.FromInt((long)number) : CelValue.FromDouble(number);
    }

    public static CelValue Text(string text, CelType type)
    {
        switch (type.Kind)
        {
            case CelKind.Timestamp:
                // A date without time is the start of its day.
                return CelTime.TryParseTimestamp(text.Length == 10 ? text + "T00:00:00Z" : text, out var seconds, out var nanos, out var offset)
                    ? CelValue.FromTimestamp(seconds, nanos, offset)
                    : CelValue.Fault($"Invalid date-time: {text}");
            case CelKind.Duration:
                return CelTime.TryParseDuration(text, out var duration) ? CelValue.FromDuration(duration) : CelValue.Fault(Libraries.Conversions.DurationFault(text));
            case CelKind.Bytes:
                var buffer = new byte[text.Length];
                return Convert.TryFromBase64String(text, buffer, out var length) ? CelValue.FromBytes(buffer[..length]) : CelValue.Fault("Invalid base64");
            default: return CelValue.FromString(text);
        }
    }
}
