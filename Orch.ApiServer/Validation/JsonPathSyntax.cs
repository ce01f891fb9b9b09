using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Validation;

/// <summary>Says what is wrong with a JSONPath template, in the words of upstream's parser; evaluates nothing.</summary>
/// <remarks>The grammar is that of https://kubernetes.io/docs/reference/kubectl/jsonpath/, with its oddities: what follows an action is plain text.</remarks>
internal ref struct JsonPathSyntax
{
    // Filters, unions and keys hold paths of their own, which are read anew; without a bound one text could end the server.
    private const int MaxNesting = 32;
    private const string Operators = "!<>=";

    private readonly string _text;
    private readonly int _nesting;
    private int _at;
    private int _start;
    private bool _endsInDescent;
    private string? _fault;

    private JsonPathSyntax(string action, int nesting) => (_text, _nesting) = ("{" + action + "}", nesting);

    /// <summary>What is wrong with the inside of an action, or null.</summary>
    public static string? FaultOf(string action) => FaultOf(action, 0, out _);

    private static string? FaultOf(string action, int nesting, out bool endsInDescent)
    {
        endsInDescent = false;
        if (nesting > MaxNesting) { return $"more than {MaxNesting} expressions inside each other"; }
        var reader = new JsonPathSyntax(action, nesting);
        reader.ReadText();
        endsInDescent = reader._endsInDescent;
        return reader._fault;
    }

    private readonly bool Starts(string prefix) => string.CompareOrdinal(_text, _at, prefix, 0, prefix.Length) == 0;

    private string Take()
    {
        var taken = _text[_start.._at];
        _start = _at;
        return taken;
    }

    private Rune? Next()
    {
        if (_at >= _text.Length) { return null; }
        Rune.DecodeFromUtf16(_text.AsSpan(_at), out var rune, out var width);
        _at += width;
        return rune;
    }

    private void ReadText()
    {
        var isFirst = true;
        while (_fault is null && _text.IndexOf('{', _at) is var open and >= 0)
        {
            _at = open + 1;
            Take();
            var before = _endsInDescent;
            _endsInDescent = false;
            while (_fault is null && !Starts("}")) { ReadPart(); }
            // Whoever takes the path in takes the first action alone.
            if (!isFirst) { _endsInDescent = before; }
            isFirst = false;
            _at++;
        }
    }

    private void ReadPart()
    {
        if (Starts("[?(")) { ReadFilter(); return; }
        if (Starts("..")) { ReadDescent(); return; }
        var before = _at;
        if (Next() is not { } rune || rune.Value is '\r' or '\n') { _fault = "unclosed action"; return; }
        switch (rune.Value)
        {
            case ' ' or '@' or '$': Take(); break;
            case '[': ReadArray(); break;
            case '"' or '\'': ReadQuote((char)rune.Value); break;
            case '.': ReadField(); break;
            case '+' or '-': _at = before; ReadNumber(); break;
            case var _ when Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber: _at = before; ReadNumber(); break;
            case var _ when IsWord(rune): ReadIdentifier(); break;
            default: _fault = $"unrecognized character in action: {Show(rune)}"; break;
        }
    }

    private static bool IsWord(Rune rune) => rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    private static string Show(Rune rune)
    {
        var code = $"U+{rune.Value:X4}";
        var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator) || rune.Value == ' ';
        return isShown ? $"{code} '{rune}'" : code;
    }

    private static bool IsEnd(char letter) => letter is ' ' or '\t' or '\r' or '\n' or '.' or ',' or '[' or ']' or '$' or '@' or '{' or '}';

    private void Found() => _endsInDescent = false;

    private void ReadIdentifier()
    {
        while (_at < _text.Length && !IsEnd(_text[_at])) { _at++; }
        Take();
        Found();
    }

    private void ReadField()
    {
        Take();
        while (_at < _text.Length && !IsEnd(_text[_at]))
        {
            // An escaped letter ends nothing.
            if (_text[_at++] == '\\') { Next(); }
        }

        Take();
        Found();
    }

    private void ReadDescent()
    {
        if (_endsInDescent) { _fault = "invalid multiple recursive descent"; return; }
        _at += 2;
        Take();
        _endsInDescent = true;
        var before = _at;
        var isField = Next() is { } rune && IsWord(rune);
        _at = before;
        if (isField) { ReadField(); }
    }

    private void ReadNumber()
    {
        if (_text[_at] is '+' or '-') { _at++; }
        while (true)
        {
            var before = _at;
            if (Next() is { } rune && (rune.Value == '.' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)) { continue; }
            _at = before;
            break;
        }

        var text = Take();
        var isNumber = double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        if (!isNumber) { _fault = $"cannot parse number {text}"; return; }
        Found();
    }

    private void ReadArray()
    {
        var end = _text.AsSpan(_at).IndexOfAny(']', '\n');
        if (end < 0 || _text[_at + end] == '\n') { _fault = "unterminated array"; return; }
        _at += end + 1;
        var text = Take()[1..^1];
        if (text == "*") { text = ":"; }
        if (text.Contains(',', StringComparison.Ordinal))
        {
            foreach (var part in text.Split(',')) { _fault ??= FaultOf($"[{part.Trim(' ')}]", _nesting + 1, out _); }
            Found();
            return;
        }

        if (text.Length >= 2 && text[0] == '\'' && text.IndexOf('\'', 1) == text.Length - 1)
        {
            _fault = FaultOf("." + text[1..^1], _nesting + 1, out _endsInDescent);
            return;
        }

        Found();
        ReadSlice(text);
    }

    private void ReadSlice(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 3 || !parts.All(static part => part.AsSpan(part.StartsWith('-') ? 1 : 0).IndexOfAnyExceptInRange('0', '9') < 0))
        {
            _fault = $"invalid array index {text}";
            return;
        }

        foreach (var part in parts)
        {
            if (part.Length > 0 && !long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) { _fault = $"array index {part} is not a number"; return; }
        }
    }

    private void ReadFilter()
    {
        _at += 3;
        Take();
        var quote = '\0';
        var isClosed = false;
        for (; ; _at++)
        {
            if (_at >= _text.Length || _text[_at] == '\n') { _fault = "unterminated filter"; return; }
            var letter = _text[_at];
            if (letter is '"' or '\'')
            {
                if (quote == '\0') { quote = letter; }
                else if (letter == quote && _text[_at - 1] != '\\') { isClosed = true; }
            }
            else if (letter == ')' && (quote != '\0') == isClosed) { break; }
        }

        _at++;
        if (_at >= _text.Length || _text[_at] != ']') { _fault = "unclosed array expect ]"; return; }
        _at++;
        Found();
        var text = Take()[..^2];
        var (left, right) = Sides(text);
        _fault = FaultOf(left, _nesting + 1, out _) ?? (right is null ? null : FaultOf(right, _nesting + 1, out _));
    }

    // The operator is as long as it can be while something is left to compare with.
    private static (string Left, string? Right) Sides(string text)
    {
        var start = text.AsSpan().IndexOfAny(Operators);
        if (start <= 0) { return (text, null); }
        var length = text.AsSpan(start).IndexOfAnyExcept(Operators);
        var end = length < 0 ? text.Length - 1 : start + length;
        return end > start ? (text[..start], text[end..]) : (text, null);
    }

    private void ReadQuote(char quote)
    {
        while (true)
        {
            if (_at >= _text.Length || _text[_at] == '\n') { _fault = "unterminated quoted string"; return; }
            if (_text[_at++] == quote && _text[_at - 2] != '\\') { break; }
        }

        var text = Take();
        if (!GoEscapes.AreValid(text.AsSpan(1, text.Length - 2), quote)) { _fault = $"unquote string {text} error invalid syntax"; return; }
        Found();
    }
}
