using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orch.ApiServer.Serving;

/// <summary>Makes <c>Warning</c> headers: each text once, on one line, and no more than clients take.</summary>
/// <remarks>Upstream's bounds, in runes: 4,096 for all; over that each is cut to 256, and what is over even so is left out.</remarks>
internal static class WarningHeaders
{
    private const int MaxRunes = 4 * 1024;
    private const int MaxItemRunes = 256;
    private static readonly string[] YamlHeads = ["yaml: unmarshal errors:\n", "error converting YAML to JSON: yaml: unmarshal errors:\n"];

    /// <summary>Appends the headers.</summary>
    public static void Write(IHeaderDictionary headers, IReadOnlyList<string> warnings)
    {
        if (warnings.Count == 0) { return; }
        foreach (var header in Of(warnings)) { headers.Append("Warning", header); }
    }

    /// <summary>The values of the headers.</summary>
    public static List<string> Of(IReadOnlyList<string> warnings)
    {
        var texts = new List<string>(warnings.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var warning in warnings)
        {
            foreach (var text in Lines(warning))
            {
                if (text.Length > 0 && seen.Add(text)) { texts.Add(text); }
            }
        }

        var written = 0;
        var isTooLong = texts.Sum(static text => (long)RunesOf(text)) > MaxRunes;
        var headers = new List<string>(texts.Count);
        foreach (var text in texts)
        {
            if (isTooLong && written >= MaxRunes) { break; }
            var shown = isTooLong ? Cut(text) : text;
            written += RunesOf(shown);
            headers.Add($"299 - \"{Escape(shown)}\"");
        }

        return headers;
    }

    // The reader of YAML tells all keys that stand twice in one text.
    private static IEnumerable<string> Lines(string warning)
    {
        var head = Array.Find(YamlHeads, head => warning.StartsWith(head, StringComparison.Ordinal));
        return head is null ? [warning] : warning[head.Length..].Split('\n').Select(static line => line.Trim());
    }

    private static int RunesOf(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) { count++; }
        return count;
    }

    private static string Cut(string text)
    {
        if (text.Length <= MaxItemRunes) { return text; }
        var length = 0;
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (++count > MaxItemRunes) { break; }
            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    // What is not ASCII cannot stand in a header here.
    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is '"' or '\\') { result.Append('\\').Append(letter); }
            else { result.Append(letter is >= ' ' and <= '~' ? letter : ' '); }
        }

        return result.ToString();
    }
}
