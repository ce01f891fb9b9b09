using System.Globalization;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>Whether a text is a schedule: five fields, a name such as <c>@daily</c>, or <c>@every 90m</c>, perhaps after a time zone.</summary>
/// <remarks>The grammar and the messages are those of the parser that upstream uses, https://pkg.go.dev/github.com/robfig/cron/v3.</remarks>
internal static class CronSyntax
{
    private const string Every = "@every ";

    private static readonly Field[] Fields =
    [
        new(0, 59, []), new(0, 23, []), new(1, 31, []),
        new(1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new(0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    private sealed record Field(long Min, long Max, string[] Names);

    /// <summary>What is wrong, or null.</summary>
    public static string? FaultIn(string schedule)
    {
        if (schedule.Length == 0) { return "empty spec string"; }
        if (schedule.StartsWith("TZ=", StringComparison.Ordinal) || schedule.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var (start, end) = (schedule.IndexOf('=', StringComparison.Ordinal) + 1, schedule.IndexOf(' ', StringComparison.Ordinal));
            var zone = end < 0 ? schedule[start..] : schedule[start..end];
            if (end < 0 || !IsZone(zone)) { return $"provided bad location {zone}: unknown time zone {zone}"; }
            schedule = schedule[end..].Trim();
        }

        if (schedule.StartsWith('@')) { return Descriptor(schedule); }
        var parts = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length) { return string.Create(CultureInfo.InvariantCulture, $"expected exactly {Fields.Length} fields, found {parts.Length}: [{string.Join(' ', parts)}]"); }
        for (var index = 0; index < parts.Length; index++)
        {
            foreach (var range in parts[index].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Range(range, Fields[index]) is { } fault) { return fault; }
            }
        }

        return null;
    }

    /// <summary>Whether a time zone of this name is known here.</summary>
    public static bool IsZone(string name) => name is "" or "UTC" or "Local" || TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    private static string? Descriptor(string text)
    {
        if (text is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly") { return null; }
        if (!text.StartsWith(Every, StringComparison.Ordinal)) { return $"unrecognized descriptor: {text}"; }
        return GoDuration.FaultIn(text[Every.Length..]) is { } fault ? $"failed to parse duration {text}: {fault}" : null;
    }

    private static string? Range(string text, Field field)
    {
        var steps = text.Split('/');
        var bounds = steps[0].Split('-');
        long start = field.Min, end = field.Max, step = 1;
        if (bounds[0] is not ("*" or "?"))
        {
            if (Value(bounds[0], field.Names, out start) is { } fault) { return fault; }
            end = start;
            if (bounds.Length > 2) { return $"too many hyphens: {text}"; }
            if (bounds.Length == 2 && Value(bounds[1], field.Names, out end) is { } other) { return other; }
        }

        if (steps.Length > 2) { return $"too many slashes: {text}"; }
        if (steps.Length == 2)
        {
            if (Number(steps[1], out step) is { } fault) { return fault; }
            if (bounds.Length == 1) { end = field.Max; }
        }

        if (start < field.Min) { return string.Create(CultureInfo.InvariantCulture, $"beginning of range ({start}) below minimum ({field.Min}): {text}"); }
        if (end > field.Max) { return string.Create(CultureInfo.InvariantCulture, $"end of range ({end}) above maximum ({field.Max}): {text}"); }
        if (start > end) { return string.Create(CultureInfo.InvariantCulture, $"beginning of range ({start}) beyond end of range ({end}): {text}"); }
        return step == 0 ? $"step of range should be a positive number: {text}" : null;
    }

    private static string? Value(string text, string[] names, out long value)
    {
        var index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index < 0) { return Number(text, out value); }

        // Months are counted from one, days of the week from zero.
        value = names.Length == 12 ? index + 1 : index;
        return null;
    }

    private static string? Number(string text, out long value)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
        {
            return value < 0 ? string.Create(CultureInfo.InvariantCulture, $"negative number ({value}) not allowed: {text}") : null;
        }

        var digits = text.AsSpan().TrimStart("+-");
        var isNumber = digits.Length > 0 && text.Length - digits.Length <= 1 && !digits.ContainsAnyExceptInRange('0', '9');
        return $"failed to parse int from {text}: strconv.Atoi: parsing {Validation.GoText.Quote(text)}: {(isNumber ? "value out of range" : "invalid syntax")}";
    }
}
