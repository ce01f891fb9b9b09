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
            // Of a duration the milliseconds of its last second, not all of them.
            _ => nanos / 1_000_000 % 1000,
        });
    }

    public static CelValue GetIn(string function, in CelValue value, in CelValue zone)
    {
        var name = zone.AsString();
        if (name.Contains(':', StringComparison.Ordinal))
        {
            var signed = name[0] is '+' or '-' ? name : "+" + name;
            return CelTime.TryParseOffset(signed, out var offset) ? OfTimestamp(function, value, offset) : CelValue.Fault($"invalid timezone: {name}");
        }

        if (name is "" or "UTC") { return OfTimestamp(function, value, 0); }
        return name.Length < 100 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var found)
            ? OfTimestamp(function, value, (int)found.GetUtcOffset(CelTime.Utc(value.AsTimestamp().UnixSeconds)).TotalSeconds)
            : CelValue.Fault($"unknown time zone {name}");
    }

    private static CelValue OfTimestamp(string function, in CelValue value, int offset)
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
