namespace Orch.ApiServer.Validation;

/// <summary>The escape sequences of Go's string literals.</summary>
internal static class GoEscapes
{
    /// <summary>Whether a text between quotes holds only sequences that Go knows, and no bare quote.</summary>
    public static bool AreValid(ReadOnlySpan<char> text, char quote)
    {
        while (text.Length > 0)
        {
            if (text[0] == quote) { return false; }
            var length = text[0] == '\\' ? LengthOf(text, quote) : 1;
            if (length == 0) { return false; }
            text = text[length..];
        }

        return true;
    }

    private static int LengthOf(ReadOnlySpan<char> text, char quote)
    {
        if (text.Length < 2) { return 0; }
        switch (text[1])
        {
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\': return 2;
            case '\'' or '"': return text[1] == quote ? 2 : 0;
            case 'x': return Hex(text, 2) >= 0 ? 4 : 0;
            case 'u': return Hex(text, 4) is >= 0 and (< 0xD800 or > 0xDFFF) ? 6 : 0;
            case 'U': return Hex(text, 8) is >= 0 and <= 0x10FFFF and (< 0xD800 or > 0xDFFF) ? 10 : 0;
            case >= '0' and <= '7': return Octal(text) ? 4 : 0;
            default: return 0;
        }
    }

    private static long Hex(ReadOnlySpan<char> text, int digits)
        => text.Length >= 2 + digits && long.TryParse(text.Slice(2, digits), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : -1;

    private static bool Octal(ReadOnlySpan<char> text)
        => text.Length >= 4 && text.Slice(1, 3).IndexOfAnyExceptInRange('0', '7') < 0 && text[1] <= '3';
}
