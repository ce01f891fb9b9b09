using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orch.ApiServer.Serving;

/// <summary>Writes warnings as headers: each text once, on one line, and no more than clients take.</summary>
/// <remarks>Upstream's bounds: 4096 characters in all; over that each is cut to 256, and what is over even so is left out.</remarks>
internal static class WarningHeaders
{
    private const int MaxTotal = 4 * 1024;
    private const int MaxItem = 256;

    /// <summary>Appends the headers.</summary>
    public static void Write(IHeaderDictionary headers, List<string> warnings)
    {
        if (warnings.Count == 0) { return; }
        var texts = warnings.Count == 1 ? warnings : warnings.Distinct(StringComparer.Ordinal);
        var isCut = texts.Sum(static text => (long)text.Length) > MaxTotal;
        var written = 0;
        foreach (var text in texts)
        {
            if (written >= MaxTotal) { return; }
            var shown = isCut && text.Length > MaxItem ? text.AsSpan(0, char.IsHighSurrogate(text[MaxItem - 1]) ? MaxItem - 1 : MaxItem) : text;
            written += shown.Length;
            headers.Append("Warning", $"299 - \"{Escape(shown)}\"");
        }
    }

    private static string Escape(ReadOnlySpan<char> text)
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
