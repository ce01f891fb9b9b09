using System.Globalization;

namespace Orch.ApiServer.Resources;

/// <summary>Durations in two significant units at most, the way kubectl prints ages.</summary>
/// <remarks>Steps as in apimachinery's <c>duration.HumanDuration</c>.</remarks>
public static class HumanDuration
{
    /// <summary>For example <c>45s</c>, <c>5m30s</c>, <c>3h12m</c>, <c>2d4h</c>, <c>300d</c>, <c>2y10d</c>; <c>&lt;invalid&gt;</c> when more than a second negative.</summary>
    public static string Format(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1) { return "<invalid>"; }
        if (seconds < 0) { return "0s"; }
        if (seconds < 120) { return Text($"{seconds}s"); }

        var minutes = seconds / 60;
        if (minutes < 10) { return Two(minutes, "m", seconds % 60, "s"); }
        if (minutes < 180) { return Text($"{minutes}m"); }

        var hours = minutes / 60;
        if (hours < 8) { return Two(hours, "h", minutes % 60, "m"); }
        if (hours < 48) { return Text($"{hours}h"); }

        var days = hours / 24;
        if (hours < 192) { return Two(days, "d", hours % 24, "h"); }
        if (days < 730) { return Text($"{days}d"); }

        var years = days / 365;
        return years < 8 ? Two(years, "y", days % 365, "d") : Text($"{years}y");
    }

    private static string Two(long large, string largeUnit, long small, string smallUnit)
        => small == 0 ? Text($"{large}{largeUnit}") : Text($"{large}{largeUnit}{small}{smallUnit}");

    private static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);
}
