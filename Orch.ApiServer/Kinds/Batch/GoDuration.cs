using System.Buffers;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>Whether a text is a duration as Go reads them: <c>1h30m</c>, <c>-1.5s</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> NumberChars = SearchValues.Create("0123456789.");
    private static readonly (string Unit, decimal Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    /// <summary>What is wrong, or null.</summary>
    public static string? FaultIn(string text) => Read(text, out _);

    /// <summary>Reads a duration, cut to ticks.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? Read(string text, out TimeSpan value)
    {
        value = default;
        var invalid = $"time: invalid duration {GoText.Quote(text)}";
        var rest = text.AsSpan();
        if (rest.Length > 0 && rest[0] is '+' or '-') { rest = rest[1..]; }
        if (rest is "0") { return null; }
        if (rest.Length == 0) { return invalid; }
        decimal sum = 0;
        while (rest.Length > 0)
        {
            var whole = Digits(rest);
            var number = whole;
            if (rest.Length > whole && rest[whole] == '.') { number = whole + 1 + Digits(rest[(whole + 1)..]); }
            if (number == 0 || rest[..number] is ".") { return invalid; }
            if (!decimal.TryParse(rest[..number].TrimStart('0') is { Length: > 0 } digits ? digits : "0", System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var amount)) { return invalid; }
            rest = rest[number..];
            var end = rest.IndexOfAny(NumberChars);
            var unit = (end < 0 ? rest : rest[..end]).ToString();
            if (unit.Length == 0) { return $"time: missing unit in duration {GoText.Quote(text)}"; }
            var factor = Array.Find(Units, candidate => candidate.Unit == unit).Nanoseconds;
            if (factor == 0) { return $"time: unknown unit {GoText.Quote(unit)} in duration {GoText.Quote(text)}"; }
            if (amount > long.MaxValue / factor) { return invalid; }
            sum += amount * factor;
            if (sum > long.MaxValue) { return invalid; }
            rest = rest[unit.Length..];
        }

        value = TimeSpan.FromTicks((long)(sum / TimeSpan.NanosecondsPerTick) * (text[0] == '-' ? -1 : 1));
        return null;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}
