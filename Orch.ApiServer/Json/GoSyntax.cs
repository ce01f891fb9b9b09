using System.Globalization;

namespace Orch.ApiServer.Json;

/// <summary>Says what is wrong with malformed JSON in the words of Go's decoder; runs only once something is known to be wrong.</summary>
internal static class GoSyntax
{
    private const string EndOfInput = "unexpected end of JSON input";

    /// <summary>The first fault, or null when the text is well-formed.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> text)
    {
        var position = 0;
        var open = new Stack<bool>();
        SkipSpace(text, ref position);
        if (Value(text, ref position, open) is { } fault) { return fault; }
        while (true)
        {
            SkipSpace(text, ref position);
            if (open.Count == 0) { return position < text.Length ? Unexpected(text[position], "after top-level value") : null; }
            if (position >= text.Length) { return EndOfInput; }
            var inObject = open.Peek();
            var next = text[position++];
            if (next == (inObject ? '}' : ']')) { open.Pop(); continue; }
            if (next != ',') { return Unexpected(next, inObject ? "after object key:value pair" : "after array element"); }
            SkipSpace(text, ref position);
            fault = inObject ? KeyAndValue(text, ref position, open) : Value(text, ref position, open);
            if (fault is not null) { return fault; }
        }
    }

    // Leaves a container open at its first element; the loop above goes on.
    private static string? Value(ReadOnlySpan<byte> text, ref int position, Stack<bool> open)
    {
        while (true)
        {
            if (position >= text.Length) { return EndOfInput; }
            if (open.Count > JsonTree.MaxDepth) { return "exceeded max depth"; }
            switch (text[position])
            {
                case (byte)'{':
                    position++;
                    SkipSpace(text, ref position);
                    if (position >= text.Length) { return EndOfInput; }
                    if (text[position] == '}') { position++; return null; }
                    open.Push(true);
                    if (Key(text, ref position) is { } fault) { return fault; }
                    continue;
                case (byte)'[':
                    position++;
                    SkipSpace(text, ref position);
                    if (position < text.Length && text[position] == ']') { position++; return null; }
                    open.Push(false);
                    continue;
                case (byte)'"': return String(text, ref position);
                case (byte)'t': return Literal(text, ref position, "true");
                case (byte)'f': return Literal(text, ref position, "false");
                case (byte)'n': return Literal(text, ref position, "null");
                case (byte)'-' or >= (byte)'0' and <= (byte)'9': return Number(text, ref position);
                default: return Unexpected(text[position], "looking for beginning of value");
            }
        }
    }

    private static string? KeyAndValue(ReadOnlySpan<byte> text, ref int position, Stack<bool> open)
        => Key(text, ref position) ?? Value(text, ref position, open);

    private static string? Key(ReadOnlySpan<byte> text, ref int position)
    {
        if (position >= text.Length) { return EndOfInput; }
        if (text[position] != '"') { return Unexpected(text[position], "looking for beginning of object key string"); }
        if (String(text, ref position) is { } fault) { return fault; }
        SkipSpace(text, ref position);
        if (position >= text.Length) { return EndOfInput; }
        if (text[position] != ':') { return Unexpected(text[position], "after object key"); }
        position++;
        SkipSpace(text, ref position);
        return null;
    }

    private static string? String(ReadOnlySpan<byte> text, ref int position)
    {
        position++;
        while (position < text.Length)
        {
            var next = text[position++];
            if (next == '"') { return null; }
            if (next < 0x20) { return Unexpected(next, "in string literal"); }
            if (next != '\\') { continue; }
            if (position >= text.Length) { break; }
            var code = text[position++];
            if (code == 'u')
            {
                for (var digit = 0; digit < 4; digit++)
                {
                    if (position >= text.Length) { return EndOfInput; }
                    var hex = text[position++];
                    if (!char.IsAsciiHexDigit((char)hex)) { return Unexpected(hex, "in \\u hexadecimal character escape"); }
                }
            }
            else if (!"bfnrt\\/\"".Contains((char)code, StringComparison.Ordinal))
            {
                return Unexpected(code, "in string escape code");
            }
        }

        return EndOfInput;
    }

    private static string? Literal(ReadOnlySpan<byte> text, ref int position, string word)
    {
        position++;
        for (var index = 1; index < word.Length; index++)
        {
            if (position >= text.Length) { return EndOfInput; }
            if (text[position] != word[index]) { return Unexpected(text[position], $"in literal {word} (expecting '{word[index]}')"); }
            position++;
        }

        return null;
    }

    private static string? Number(ReadOnlySpan<byte> text, ref int position)
    {
        if (text[position] == '-') { position++; }
        if (position >= text.Length) { return EndOfInput; }
        if (!char.IsAsciiDigit((char)text[position])) { return Unexpected(text[position], "in numeric literal"); }
        if (text[position] == '0') { position++; }
        else { SkipDigits(text, ref position); }
        if (position < text.Length && text[position] == '.')
        {
            position++;
            if (Digits(text, ref position, "after decimal point in numeric literal") is { } fault) { return fault; }
        }

        if (position >= text.Length || text[position] is not ((byte)'e' or (byte)'E')) { return null; }
        position++;
        if (position < text.Length && text[position] is (byte)'+' or (byte)'-') { position++; }
        return Digits(text, ref position, "in exponent of numeric literal");
    }

    private static string? Digits(ReadOnlySpan<byte> text, ref int position, string context)
    {
        if (position >= text.Length) { return EndOfInput; }
        if (!char.IsAsciiDigit((char)text[position])) { return Unexpected(text[position], context); }
        SkipDigits(text, ref position);
        return null;
    }

    private static void SkipDigits(ReadOnlySpan<byte> text, ref int position)
    {
        while (position < text.Length && char.IsAsciiDigit((char)text[position])) { position++; }
    }

    private static void SkipSpace(ReadOnlySpan<byte> text, ref int position)
    {
        while (position < text.Length && text[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') { position++; }
    }

    private static string Unexpected(byte value, string context)
    {
        var shown = (char)value switch
        {
            '\'' => "\\'",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            < ' ' or (char)0x7F => $"\\x{value.ToString("x2", CultureInfo.InvariantCulture)}",
            var other => other.ToString(),
        };
        return $"invalid character '{shown}' {context}";
    }
}
