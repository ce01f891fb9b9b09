using System.Globalization;
using System.Text;

namespace Orch.Cel.Syntax;

/// <summary>Cuts a source into tokens.</summary>
internal sealed class Lexer(string text)
{
    private int _at;

    /// <summary>What is no token at all; the rest was read as if it were not there.</summary>
    public List<SyntaxException> Unread { get; } = [];

    public List<Token> ReadAll()
    {
        var tokens = new List<Token>(text.Length / 3 + 2);
        while (true)
        {
            SkipSpace();
            if (_at >= text.Length)
            {
                tokens.Add(new Token(TokenKind.End, text.Length, text.Length, "<EOF>"));
                return tokens;
            }

            if (Next() is { } token) { tokens.Add(token); }
        }
    }

    private void SkipSpace()
    {
        while (_at < text.Length)
        {
            if (text[_at] is ' ' or '\t' or '\r' or '\n' or '\f') { _at++; }
            else if (text[_at] == '/' && _at + 1 < text.Length && text[_at + 1] == '/')
            {
                while (_at < text.Length && text[_at] != '\n') { _at++; }
            }
            else { break; }
        }
    }

    private Token? Next()
    {
        var start = _at;
        var first = text[_at];
        if (char.IsAsciiDigit(first) || (first == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) { return Number(); }
        if (StartsString(out var raw, out var bytes, out var quoteAt)) { return StringLiteral(start, quoteAt, raw, bytes); }
        if (first == '_' || char.IsAsciiLetter(first)) { return Word(); }
        var two = _at + 1 < text.Length ? text.AsSpan(_at, 2) : default;
        if (two is "&&" or "||" or "<=" or ">=" or "==" or "!=")
        {
            _at += 2;
            return new Token(TokenKind.Symbol, start, _at, two.ToString());
        }

        if ("+-*/%<>!?:.,()[]{}".Contains(first, StringComparison.Ordinal))
        {
            _at++;
            return new Token(TokenKind.Symbol, start, _at, first.ToString());
        }

        // Of what might have become a longer token, the character that spoilt it is lost too.
        var lost = Rune(start);
        if (first is '=' or '&' or '|' && start + 1 < text.Length) { lost += Rune(start + 1); }
        _at += lost.Length;
        Unread.Add(new SyntaxException(start, $"Syntax error: token recognition error at: '{lost}'"));
        return null;
    }

    private string Rune(int at)
        => char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? text.Substring(at, 2) : text[at].ToString();

    private Token Word()
    {
        var start = _at;
        while (_at < text.Length && (text[_at] == '_' || char.IsAsciiLetterOrDigit(text[_at]))) { _at++; }
        var word = text[start.._at];
        return word switch
        {
            "true" => new Token(TokenKind.True, start, _at, word, CelValue.True),
            "false" => new Token(TokenKind.False, start, _at, word, CelValue.False),
            "null" => new Token(TokenKind.Null, start, _at, word),
            "in" => new Token(TokenKind.In, start, _at, word),
            _ => new Token(TokenKind.Identifier, start, _at, word),
        };
    }

    private Token Number()
    {
        var start = _at;
        if (text[_at] == '0' && _at + 2 < text.Length && text[_at + 1] is 'x' && char.IsAsciiHexDigit(text[_at + 2]))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at])) { _at++; }
            return Integer(start, hexadecimal: true);
        }

        Digits();
        var isDouble = false;
        if (_at + 1 < text.Length && text[_at] == '.' && char.IsAsciiDigit(text[_at + 1]))
        {
            isDouble = true;
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var exponent = _at + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-') { exponent++; }
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                isDouble = true;
                _at = exponent;
                Digits();
            }
        }

        if (!isDouble) { return Integer(start, hexadecimal: false); }
        var literal = text[start.._at];
        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value)) { throw new SyntaxException(start, "invalid double literal"); }
        return new Token(TokenKind.Double, start, _at, literal, CelValue.FromDouble(value));
    }

    private void Digits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at])) { _at++; }
    }

    /// <summary>An int comes as its magnitude in a uint: the parser knows whether a minus precedes.</summary>
    private Token Integer(int start, bool hexadecimal)
    {
        var digits = hexadecimal ? text.AsSpan(start + 2, _at - start - 2) : text.AsSpan(start, _at - start);
        var unsigned = _at < text.Length && text[_at] is 'u' or 'U';
        if (unsigned) { _at++; }
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var value))
        {
            throw new SyntaxException(start, unsigned ? "invalid uint literal" : "invalid int literal");
        }

        return new Token(unsigned ? TokenKind.Uint : TokenKind.Int, start, _at, text[start.._at], CelValue.FromUint(value));
    }

    private bool StartsString(out bool raw, out bool bytes, out int quoteAt)
    {
        raw = false;
        bytes = false;
        quoteAt = _at;
        while (quoteAt < text.Length && quoteAt - _at < 3)
        {
            var character = text[quoteAt];
            if (character is '"' or '\'') { return true; }
            if (character is 'r' or 'R' && !raw) { raw = true; }
            else if (character is 'b' or 'B' && !bytes && !raw) { bytes = true; }
            else { return false; }
            quoteAt++;
        }

        return false;
    }

    private Token StringLiteral(int start, int quoteAt, bool raw, bool bytes)
    {
        var quote = text[quoteAt];
        var triple = quoteAt + 2 < text.Length && text[quoteAt + 1] == quote && text[quoteAt + 2] == quote;
        _at = quoteAt + (triple ? 3 : 1);
        var builder = bytes ? null : new StringBuilder();
        var buffer = bytes ? new List<byte>() : null;
        Span<byte> utf8 = stackalloc byte[4];
        while (true)
        {
            if (_at >= text.Length || (!triple && text[_at] is '\n' or '\r')) { throw Unterminated(start); }
            var character = text[_at];
            if (character == quote)
            {
                if (!triple) { _at++; break; }
                if (_at + 2 < text.Length && text[_at + 1] == quote && text[_at + 2] == quote) { _at += 3; break; }
            }

            if (character == '\\' && !raw) { Escape(start, builder, buffer); continue; }
            if (character == '\r' && triple)
            {
                // Lines end in a newline alone whatever the source has.
                _at++;
                if (_at < text.Length && text[_at] == '\n') { _at++; }
                Append(builder, buffer, "\n", utf8);
                continue;
            }

            var rune = Rune(_at);
            _at += rune.Length;
            Append(builder, buffer, rune, utf8);
        }

        var value = bytes ? CelValue.FromBytes([.. buffer!]) : CelValue.FromString(builder!.ToString());
        return new Token(bytes ? TokenKind.Bytes : TokenKind.String, start, _at, text[start.._at], value);
    }

    private static void Append(StringBuilder? builder, List<byte>? buffer, string rune, Span<byte> utf8)
    {
        if (builder is not null) { builder.Append(rune); return; }
        var length = Encoding.UTF8.GetBytes(rune, utf8);
        for (var index = 0; index < length; index++) { buffer!.Add(utf8[index]); }
    }

    private SyntaxException Unterminated(int start)
        => new(start, $"Syntax error: token recognition error at: '{text[start..Math.Min(text.Length, Math.Max(_at, start + 1))]}'");

    private void Escape(int start, StringBuilder? builder, List<byte>? buffer)
    {
        if (_at + 1 >= text.Length) { throw Unterminated(start); }
        var code = text[_at + 1];
        var (length, numberBase) = code switch
        {
            'x' or 'X' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            >= '0' and <= '3' => (3, 8),
            _ => (0, 0),
        };
        if (length == 0)
        {
            var plain = code switch
            {
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'v' => '\v',
                '\\' or '\'' or '"' or '`' or '?' => code,
                _ => throw Bad(start),
            };
            _at += 2;
            if (builder is not null) { builder.Append(plain); } else { buffer!.Add((byte)plain); }
            return;
        }

        var digitsAt = code is >= '0' and <= '3' ? _at + 1 : _at + 2;
        if (digitsAt + length > text.Length) { throw Bad(start); }
        uint value = 0;
        foreach (var digit in text.AsSpan(digitsAt, length))
        {
            var number = char.IsAsciiHexDigit(digit) ? Convert.ToUInt32(digit.ToString(), 16) : uint.MaxValue;
            if (number >= numberBase) { throw Bad(start); }
            value = value * (uint)numberBase + number;
        }

        _at = digitsAt + length;
        if (buffer is not null)
        {
            // In bytes a number is a byte; a code point has no place there.
            if (code is 'u' or 'U') { throw Bad(start); }
            buffer.Add((byte)value);
            return;
        }

        if (!System.Text.Rune.IsValid(value)) { throw Bad(start); }
        builder!.Append(new Rune(value).ToString());
    }

    private SyntaxException Bad(int start)
        => new(start, $"Syntax error: token recognition error at: '{text[start..Math.Min(text.Length, _at + 2)]}'");
}
