using System.Globalization;

namespace Orch.Cel.Libraries;

/// <summary>The parts of timestamps and durations.</summary>
internal static class TimeAccess
{
    public static CelValue Get(string function, in CelValue value)
    {
        if (value.Kind == CelKind.Timestamp) { return OfTimestamp(function, value, 0); }
        var nanos = value.AsDuration();
        return CelValue.FromInt(function switch
        {
            "getHours" => nanos / 3_600_000_000_000,
            "getMinutes" => nanos / 60_000_000_000,
            "getSeconds" => nanos / 1_000_000_000,
            // All of them, as cel-go gives, though the specification says those of the last second.
            _ => nanos / 1_000_000,
        });
    }

    public static CelValue GetIn(string function, in CelValue value, in CelValue zone)
    {
        var name = zone.AsString();
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            // As cel-go: two whole numbers of any length, the second without regard to the sign of the first but for subtraction.
            if (ParseNumber(name[..colon], out var hours) is { } wrong) { return wrong; }
            if (ParseNumber(name[(colon + 1)..], out var minutes) is { } alsoWrong) { return alsoWrong; }
            return OfTimestamp(function, value, hours * 3600 + (name[0] == '-' ? -minutes : minutes) * 60);
        }

        if (name is "" or "UTC") { return OfTimestamp(function, value, 0); }
        if (name.Contains("..", StringComparison.Ordinal) || name[0] is '/' or '\\' || name.Contains('\\', StringComparison.Ordinal)) { return CelValue.Fault("time: invalid location name"); }
        return name.Length < 100 && !TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out _) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found)
            ? OfTimestamp(function, value, (int)found.GetUtcOffset(CelTime.Utc(value.AsTimestamp().UnixSeconds)).TotalSeconds)
            : CelValue.Fault($"unknown time zone {name}");
    }

    private static CelValue? ParseNumber(string text, out long number)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && Math.Abs(number) < 1_000_000) { return null; }
        return CelValue.Fault($"strconv.Atoi: parsing {Syntax.ExprPrinter.Quote(text)}: invalid syntax");
    }

    private static CelValue OfTimestamp(string function, in CelValue value, long offset)
    {
        var (seconds, nanos) = value.AsTimestamp();
        if (seconds + offset is < CelTime.MinSeconds or > CelTime.MaxSeconds) { return CelValue.Fault("timestamp overflow"); }
        var time = CelTime.Utc(seconds + offset);
        return CelValue.FromInt(function switch
        {
            "getFullYear" => time.Year,
            "getMonth" => time.Month - 1,
            "getDayOfYear" => time.DayOfYear - 1,
            "getDayOfMonth" => time.Day - 1,
            "getDate" => time.Day,
            "getDayOfWeek" => (int)time.DayOfWeek,
            "getHours" => time.Hour,
            "getMinutes" => time.Minute,
            "getSeconds" => time.Second,
            _ => nanos / 1_000_000,
        });
    }
}
