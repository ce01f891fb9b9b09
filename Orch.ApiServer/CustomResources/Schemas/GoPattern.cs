using System.Text;
using System.Text.RegularExpressions;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>A regular expression in Go's syntax (RE2), matched in time linear in the text.</summary>
/// <remarks>https://github.com/google/re2/wiki/Syntax</remarks>
internal sealed class GoPattern
{
    private const int MaxLength = 100_000;
    private readonly Lazy<Regex?> _regex;
    private string? _fault;

    public GoPattern(string text)
    {
        Text = text;
        _regex = new Lazy<Regex?>(Build);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>What is wrong with it in Go's words; null when nothing is.</summary>
    public string? Fault => _regex.Value is null ? _fault : null;

    /// <summary>Whether it matches anywhere in a text; a pattern that the engine cannot run matches everything.</summary>
    public bool IsMatch(string value) => _regex.Value?.IsMatch(value) ?? true;

    private Regex? Build()
    {
        try { return new Regex(Translate(Text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (FormatException fault) { _fault = $"error parsing regexp: {fault.Message}"; }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException) { _fault = $"error parsing regexp: invalid syntax: `{Text}`"; }
        return null;
    }

    private static string Translate(string pattern)
    {
        if (pattern.Length > MaxLength) { throw new FormatException("expression too large"); }
        var result = new StringBuilder(pattern.Length + 16);
        // Whether nothing stands before that could be repeated, and how many groups are open.
        var (isBare, depth) = (true, 0);
        for (var index = 0; index < pattern.Length; index++)
        {
            var wasBare = isBare;
            isBare = pattern[index] is '(' or '|';
            switch (pattern[index])
            {
                case '*' or '+' or '?' when wasBare: throw new FormatException($"missing argument to repetition operator: `{pattern[index]}`");
                case '(': depth++; break;
                case ')' when --depth < 0: throw new FormatException($"unexpected ): `{pattern}`");
            }

            switch (pattern[index])
            {
                case '\\': index = Escape(pattern, index, result, inClass: false); break;
                case '[': index = Class(pattern, index, result); break;
                case '$': result.Append("\\z"); break;
                case '(' when index + 1 < pattern.Length && pattern[index + 1] == '?':
                    index = Group(pattern, index, result);
                    // Flags alone, such as (?i), are closed already.
                    if (pattern[index] == ')') { depth--; isBare = wasBare; }
                    break;
                // A possessive or lazy doubling that .NET knows and Go does not.
                case '*' or '+' or '?' when index + 1 < pattern.Length && pattern[index + 1] is '*' or '+':
                    throw new FormatException($"invalid nested repetition operator: `{pattern[index..(index + 2)]}`");
                default: result.Append(pattern[index]); break;
            }
        }

        return depth == 0 ? result.ToString() : throw new FormatException($"missing closing ): `{pattern}`");
    }

    private static int Group(string pattern, int index, StringBuilder result)
    {
        var rest = pattern.AsSpan(index);
        if (rest.StartsWith("(?P<") || rest.StartsWith("(?<"))
        {
            var open = rest.IndexOf('<');
            var close = rest.IndexOf('>');
            if (close < 0 || close == open + 1 || rest[open + 1] is '=' or '!') { throw new FormatException($"invalid or unsupported Perl syntax: `{Head(rest, open + 2)}`"); }
            result.Append("(?<").Append(rest[(open + 1)..close]).Append('>');
            return index + close;
        }

        var length = 2;
        while (length < rest.Length && rest[length] is 'i' or 'm' or 's' or 'U' or '-') { length++; }
        if (length >= rest.Length || rest[length] is not (':' or ')')) { throw new FormatException($"invalid or unsupported Perl syntax: `{Head(rest, 3)}`"); }
        if (rest[..length].Contains('U')) { throw new FormatException($"invalid or unsupported Perl syntax: `{Head(rest, length)}`"); }
        result.Append(rest[..(length + 1)]);
        return index + length;
    }

    private static string Head(ReadOnlySpan<char> text, int length) => text[..Math.Min(length, text.Length)].ToString();

    private static int Class(string pattern, int start, StringBuilder result)
    {
        var index = start + 1;
        result.Append('[');
        if (index < pattern.Length && pattern[index] == '^') { result.Append('^'); index++; }
        var isFirst = true;
        for (; index < pattern.Length; index++)
        {
            var letter = pattern[index];
            if (letter == ']' && !isFirst) { result.Append(']'); return index; }
            isFirst = false;
            if (letter == '\\') { index = Escape(pattern, index, result, inClass: true); continue; }
            if (letter == '[')
            {
                if (Posix(pattern, index) is { } named) { result.Append(named.Text); index += named.Length - 1; }
                else { result.Append("\\["); }
                continue;
            }

            result.Append(letter is ']' or '^' ? $"\\{letter}" : letter.ToString());
        }

        throw new FormatException($"missing closing ]: `{pattern[start..]}`");
    }

    private static (string Text, int Length)? Posix(string pattern, int index)
    {
        if (index + 1 >= pattern.Length || pattern[index + 1] != ':') { return null; }
        var end = pattern.IndexOf(":]", index + 2, StringComparison.Ordinal);
        if (end < 0) { return null; }
        var name = pattern[(index + 2)..end];
        var text = name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\x00-\\x7F",
            "blank" => "\\t ",
            "cntrl" => "\\x00-\\x1F\\x7F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => "!-/:-@\\[-`{-~",
            "space" => "\\t\\n\\v\\f\\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => throw new FormatException($"invalid character class range: `[:{name}:]`"),
        };
        return (text, end + 2 - index);
    }

    private static int Escape(string pattern, int index, StringBuilder result, bool inClass)
    {
        if (index + 1 >= pattern.Length) { throw new FormatException("trailing backslash at end of expression: ``"); }
        var letter = pattern[index + 1];
        switch (letter)
        {
            case 'd': result.Append(inClass ? "0-9" : "[0-9]"); break;
            case 'w': result.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]"); break;
            case 's': result.Append(inClass ? "\\t\\n\\f\\r " : "[\\t\\n\\f\\r ]"); break;
            case 'D' when !inClass: result.Append("[^0-9]"); break;
            case 'W' when !inClass: result.Append("[^0-9A-Za-z_]"); break;
            case 'S' when !inClass: result.Append("[^\\t\\n\\f\\r ]"); break;
            case 'D': result.Append("\\x00-/:-\\uFFFF"); break;
            case 'W': result.Append("\\x00-/:-@\\[-^`{-\\uFFFF"); break;
            case 'S': result.Append("\\x00-\\x08\\x0B\\x0E-\\x1F!-\\uFFFF"); break;
            case 'Q' when !inClass:
                var end = pattern.IndexOf("\\E", index + 2, StringComparison.Ordinal);
                var literal = end < 0 ? pattern[(index + 2)..] : pattern[(index + 2)..end];
                result.Append(Regex.Escape(literal));
                return end < 0 ? pattern.Length - 1 : end + 1;
            case 'p' or 'P':
                if (index + 2 < pattern.Length && pattern[index + 2] != '{')
                {
                    result.Append('\\').Append(letter).Append('{').Append(pattern[index + 2]).Append('}');
                    return index + 2;
                }

                result.Append('\\').Append(letter);
                break;
            case 'x' when index + 2 < pattern.Length && pattern[index + 2] == '{':
                var close = pattern.IndexOf('}', index + 3);
                if (close < 0 || !int.TryParse(pattern.AsSpan(index + 3, close - index - 3), System.Globalization.NumberStyles.HexNumber, null, out var code) || code > 0xFFFF)
                {
                    throw new FormatException($"invalid escape sequence: `{pattern[index..Math.Min(index + 4, pattern.Length)]}`");
                }

                result.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{code:X4}");
                return close;
            case 'A' or 'z' or 'b' or 'B' when !inClass: result.Append('\\').Append(letter); break;
            case 'a' or 'f' or 'n' or 'r' or 't' or 'v' or 'x' or '0': result.Append('\\').Append(letter); break;
            case >= '1' and <= '9' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'): throw new FormatException($"invalid escape sequence: `\\{letter}`");
            default: result.Append('\\').Append(letter); break;
        }

        return index + 1;
    }
}
