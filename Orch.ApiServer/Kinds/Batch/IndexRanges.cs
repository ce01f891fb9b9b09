using System.Globalization;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>Indexes of an indexed job as text, such as <c>1,3-5,7</c>: in order, each below the number of completions.</summary>
internal static class IndexRanges
{
    /// <summary>Counts the indexes.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? Count(string text, int completions, out int total)
    {
        total = 0;
        if (text.Length == 0) { return null; }
        int? last = null;
        var sum = 0;
        foreach (var range in text.AsSpan().Split(','))
        {
            if (Interval(text[range], completions, out var first, out var end) is { } fault) { return fault; }
            if (last >= first) { return string.Create(CultureInfo.InvariantCulture, $"non-increasing order, previous: {last}, current: {first}"); }
            sum += end - first + 1;
            last = end;
        }

        total = sum;
        return null;
    }

    /// <summary>The first index that stands in both, going through them in order; null when there is none. Parts that cannot be read are passed over.</summary>
    public static int? Overlap(string one, string other, int completions)
    {
        if (one.Length == 0 || other.Length == 0) { return null; }
        var (left, right) = (Readable(one, completions), Readable(other, completions));
        for (int i = 0, j = 0; i < left.Count && j < right.Count;)
        {
            if (left[i].First <= right[j].End && right[j].First <= left[i].End) { return Math.Max(left[i].First, right[j].First); }
            if (left[i].First <= right[j].First) { i++; }
            else { j++; }
        }

        return null;
    }

    private static List<(int First, int End)> Readable(string text, int completions)
    {
        var intervals = new List<(int, int)>();
        foreach (var range in text.AsSpan().Split(','))
        {
            if (Interval(text[range], completions, out var first, out var end) is null) { intervals.Add((first, end)); }
        }

        return intervals;
    }

    private static string? Interval(string text, int completions, out int first, out int end)
    {
        (first, end) = (0, 0);
        var parts = text.Split('-');
        if (parts.Length > 2) { return $"the fragment {GoText.Quote(text)} violates the requirement that an index interval can have at most two parts separated by '-'"; }
        if (!TryRead(parts[0], out var from)) { return $"cannot convert string to integer for index: {GoText.Quote(parts[0])}"; }
        if (from >= completions) { return $"too large index: {GoText.Quote(parts[0])}"; }
        (first, end) = ((int)from, (int)from);
        if (parts.Length == 1) { return null; }
        if (!TryRead(parts[1], out var to)) { return $"cannot convert string to integer for index: {GoText.Quote(parts[1])}"; }
        if (to >= completions) { return $"too large index: {GoText.Quote(parts[1])}"; }
        if (from >= to) { return string.Create(CultureInfo.InvariantCulture, $"non-increasing order, previous: {from}, current: {to}"); }
        end = (int)to;
        return null;
    }

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
