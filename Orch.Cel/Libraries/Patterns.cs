using System.Text.RegularExpressions;

namespace Orch.Cel.Libraries;

/// <summary>Regular expressions in RE2's syntax on an engine whose time is linear too.</summary>
internal static class Patterns
{
    private const int MaxLength = 20_000;

    /// <summary>The compiled pattern, or null with what is wrong.</summary>
    public static Regex? Compile(string pattern, out string? fault)
    {
        fault = null;
        if (pattern.Length > MaxLength)
        {
            fault = $"error parsing regexp: expression too large: `{pattern[..40]}...`";
            return null;
        }

        var translated = Translate(pattern, out var unsupported);
        if (unsupported is not null)
        {
            fault = $"error parsing regexp: invalid or unsupported Perl syntax: `{unsupported}`";
            return null;
        }

        try
        {
            return new Regex(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or OverflowException)
        {
            fault = $"error parsing regexp: {exception.Message}";
            return null;
        }
    }

    /// <summary>Go's syntax in .NET's; classes mean ASCII only and $ the very end.</summary>
    private static string Translate(string pattern, out string? unsupported)
    {
        unsupported = null;
        var text = new System.Text.StringBuilder(pattern.Length + 16);
        var inClass = false;
        var multiline = false;
        for (var index = 0; index < pattern.Length; index++)
        {
            var character = pattern[index];
            if (character == '\\' && index + 1 < pattern.Length)
            {
                var code = pattern[++index];
                switch (code)
                {
                    case 'Q':
                        var end = pattern.IndexOf("\\E", index + 1, StringComparison.Ordinal);
                        var literal = end < 0 ? pattern[(index + 1)..] : pattern[(index + 1)..end];
                        text.Append(Regex.Escape(literal));
                        index = end < 0 ? pattern.Length : end + 1;
                        break;
                    case 'd': text.Append(inClass ? "0-9" : "[0-9]"); break;
                    case 'D': text.Append(inClass ? "\\x00-/:-\\uffff" : "[^0-9]"); break;
                    case 'w': text.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]"); break;
                    case 'W': text.Append(inClass ? "\\x00-/:-@\\[-\\^`{-\\uffff" : "[^0-9A-Za-z_]"); break;
                    case 's': text.Append(inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]"); break;
                    case 'S': text.Append(inClass ? "\\x00-\\x08\\x0b\\x0e-\\x1f!-\\uffff" : "[^\\t\\n\\f\\r ]"); break;
                    case 'z': text.Append("\\z"); break;
                    case 'p' or 'P' when index + 1 < pattern.Length && pattern[index + 1] != '{': text.Append('\\').Append(code).Append('{').Append(pattern[++index]).Append('}'); break;
                    case 'C' or 'Z' or 'G' or 'k' or (>= '1' and <= '9'): unsupported = "\\" + code; return text.ToString();
                    case 'x' when index + 1 < pattern.Length && pattern[index + 1] == '{':
                        var close = pattern.IndexOf('}', index);
                        if (close < 0 || !int.TryParse(pattern.AsSpan(index + 2, close - index - 2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var point)
                            || !System.Text.Rune.IsValid(point))
                        {
                            unsupported = "\\x{";
                            return text.ToString();
                        }

                        foreach (var unit in new System.Text.Rune(point).ToString()) { text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"); }
                        index = close;
                        break;
                    default: text.Append('\\').Append(code); break;
                }

                continue;
            }

            if (inClass)
            {
                if (character == '[' && index + 1 < pattern.Length && pattern[index + 1] == ':' && pattern.IndexOf(":]", index, StringComparison.Ordinal) is > 0 and var classEnd)
                {
                    if (PosixClass(pattern[(index + 2)..classEnd]) is not { } ranges) { unsupported = pattern[index..(classEnd + 2)]; return text.ToString(); }
                    text.Append(ranges);
                    index = classEnd + 1;
                }
                else
                {
                    // In .NET a bracket in a class can begin a subtraction.
                    text.Append(character == '[' ? "\\[" : character.ToString());
                    if (character == ']') { inClass = false; }
                }

                continue;
            }

            switch (character)
            {
                case '[':
                    inClass = true;
                    text.Append('[');
                    if (index + 1 < pattern.Length && pattern[index + 1] == '^') { text.Append('^'); index++; }
                    if (index + 1 < pattern.Length && pattern[index + 1] == ']') { text.Append("\\]"); index++; }
                    break;
                case '$': text.Append(multiline ? "(?=\\n|\\z)" : "\\z"); break;
                case '(' when index + 1 < pattern.Length && pattern[index + 1] == '?':
                    if (!Group(pattern, ref index, text, ref multiline)) { unsupported = pattern.Substring(index, Math.Min(4, pattern.Length - index)); return text.ToString(); }
                    break;
                case '*' or '+' or '?' or '}' when index + 1 < pattern.Length && pattern[index + 1] == '+':
                    unsupported = pattern.Substring(index, 2);
                    return text.ToString();
                default: text.Append(character); break;
            }
        }

        return text.ToString();
    }

    /// <summary>What stands behind <c>(?</c>: a name, flags, or something that RE2 does not have.</summary>
    private static bool Group(string pattern, ref int index, System.Text.StringBuilder text, ref bool multiline)
    {
        var rest = pattern.AsSpan(index + 2);
        if (rest.StartsWith("P<", StringComparison.Ordinal))
        {
            text.Append("(?<");
            index += 3;
            return true;
        }

        if (rest.StartsWith("<", StringComparison.Ordinal)) { return !rest.StartsWith("<=", StringComparison.Ordinal) && !rest.StartsWith("<!", StringComparison.Ordinal) && Copy("(?<", 2, text, ref index); }
        var end = 0;
        while (end < rest.Length && rest[end] is 'i' or 'm' or 's' or 'U' or '-') { end++; }
        if (end >= rest.Length || rest[end] is not (':' or ')')) { return false; }
        var flags = rest[..end];
        if (flags.Contains('U')) { return false; }
        var minus = flags.IndexOf('-');
        var on = minus < 0 ? flags : flags[..minus];
        if (on.Contains('m') && rest[end] == ')') { multiline = true; }
        text.Append("(?").Append(flags).Append(rest[end]);
        index += 2 + end;
        return true;
    }

    private static bool Copy(string opening, int length, System.Text.StringBuilder text, ref int index)
    {
        text.Append(opening);
        index += length;
        return true;
    }

    private static string? PosixClass(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => "\\x00-\\x7f",
        "blank" => "\\t ",
        "cntrl" => "\\x00-\\x1f\\x7f",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => "!-/:-@\\[-`{-~",
        "space" => "\\t\\n\\v\\f\\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => null,
    };
}
