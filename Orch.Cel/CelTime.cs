using System.Globalization;
using System.Text;

namespace Orch.Cel;

/// <summary>Timestamps as RFC 3339 and durations as Go write them.</summary>
internal static class CelTime
{
    public const long MinSeconds = -62135596800;
    public const long MaxSeconds = 253402300799;
    private const long NanosPerSecond = 1_000_000_000;

    public static DateTime Utc(long seconds) => new DateTime(seconds * TimeSpan.TicksPerSecond + DateTime.UnixEpoch.Ticks, DateTimeKind.Utc);

    /// <summary>Writes a timestamp with the offset that it was read with.</summary>
    public static string FormatTimestamp(in CelValue value)
    {
        var ((seconds, nanos), offset) = (value.AsTimestamp(), value.TimestampOffset);
        if (seconds + offset is < MinSeconds or > MaxSeconds) { offset = 0; }
        var text = Utc(seconds + offset).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var minutes = Math.Abs(offset) / 60;
        var zone = offset == 0 ? "Z" : string.Create(CultureInfo.InvariantCulture, $"{(offset < 0 ? '-' : '+')}{minutes / 60:D2}:{minutes % 60:D2}");
        return nanos == 0 ? text + zone : text + "." + nanos.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + zone;
    }

    // As Go reckons, in floating point: the last digits of long durations are lost.
    public static string FormatDuration(long nanos) => CelFormat.PlainDouble(nanos / NanosPerSecond + (nanos % NanosPerSecond / 1e9)) + "s";

    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out long seconds, out int nanos) => TryParseTimestamp(text, out seconds, out nanos, out _);

    public static bool TryParseTimestamp(ReadOnlySpan<char> text, out long seconds, out int nanos, out int offset)
    {
        offset = 0;
        seconds = 0;
        nanos = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') { return false; }
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute) || !Digits(text[17..19], out var second))
        {
            return false;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) { return false; }
        var rest = text[19..];
        if (rest[0] is '.' or ',')
        {
            var end = 1;
            while (end < rest.Length && char.IsAsciiDigit(rest[end]))
            {
                if (end <= 9) { nanos = nanos * 10 + (rest[end] - '0'); }
                end++;
            }

            if (end == 1) { return false; }
            for (var digit = end; digit <= 9; digit++) { nanos *= 10; }
            rest = rest[end..];
        }

        if (rest is not "Z" && !TryParseOffset(rest, out offset)) { return false; }
        seconds = (new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond - offset;
        return true;
    }

    /// <summary>Reads <c>+02:00</c>, in seconds.</summary>
    public static bool TryParseOffset(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !Digits(text[1..3], out var hours) || !Digits(text[4..], out var minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>Reads Go's <c>1h2.5m3s</c>.</summary>
    public static bool TryParseDuration(ReadOnlySpan<char> text, out long nanos)
    {
        nanos = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
        {
            negative = text[0] == '-';
            text = text[1..];
        }

        if (text is "0") { return true; }
        if (text.IsEmpty || text.Length > 200) { return false; }
        UInt128 sum = 0;
        while (!text.IsEmpty)
        {
            UInt128 whole = 0, fraction = 0, scale = 1;
            var at = 0;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                whole = whole * 10 + (uint)(text[at++] - '0');
                if (whole > 1UL << 63) { return false; }
            }

            var digits = at;
            if (at < text.Length && text[at] == '.')
            {
                at++;
                while (at < text.Length && char.IsAsciiDigit(text[at]))
                {
                    if (scale < 100_000_000_000_000_000) { fraction = fraction * 10 + (uint)(text[at] - '0'); scale *= 10; }
                    at++;
                    digits++;
                }
            }

            if (digits == 0) { return false; }
            text = text[at..];
            var unitLength = 0;
            while (unitLength < text.Length && text[unitLength] != '.' && !char.IsAsciiDigit(text[unitLength])) { unitLength++; }
            UInt128 unit = text[..unitLength] switch
            {
                "ns" => 1,
                "us" or "µs" or "μs" => 1_000,
                "ms" => 1_000_000,
                "s" => NanosPerSecond,
                "m" => 60 * NanosPerSecond,
                "h" => 3600 * NanosPerSecond,
                _ => 0,
            };
            if (unit == 0) { return false; }
            sum += whole * unit + fraction * unit / scale;
            if (sum > 1UL << 63) { return false; }
            text = text[unitLength..];
        }

        if (sum == 1UL << 63)
        {
            nanos = long.MinValue;
            return negative;
        }

        nanos = negative ? -(long)sum : (long)sum;
        return true;
    }

    /// <summary>Moves a timestamp; an error when it leaves the years 1 to 9999.</summary>
    public static CelValue Add(in CelValue timestamp, long duration)
    {
        var (seconds, nanos) = timestamp.AsTimestamp();
        var sum = nanos + duration % NanosPerSecond;
        var moved = seconds + duration / NanosPerSecond;
        if (sum < 0) { sum += NanosPerSecond; moved--; }
        if (sum >= NanosPerSecond) { sum -= NanosPerSecond; moved++; }
        return CelValue.FromTimestamp(moved, (int)sum, timestamp.TimestampOffset);
    }

    private static bool Digits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var character in text)
        {
            if (!char.IsAsciiDigit(character)) { return false; }
            value = value * 10 + (character - '0');
        }

        return true;
    }
}
