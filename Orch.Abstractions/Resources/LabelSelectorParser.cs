namespace Orch.Resources;

/// <summary>Reads the API's label selector syntax; grammar and messages are upstream's.</summary>
internal sealed class LabelSelectorParser
{
    private const string Operators = "in, notin, =, ==, !=, gt, lt";
    private readonly List<(Token Token, string Text)> _items = [];
    private readonly string _text;
    private int _position;
    private int _next;

    public LabelSelectorParser(string text)
    {
        _text = text;
        do { _items.Add(Scan()); }
        while (_items[^1].Token != Token.End);
    }

    private enum Token
    {
        Error,
        End,
        Close,
        Comma,
        Not,
        DoubleEquals,
        Equals,
        Greater,
        Identifier,
        In,
        Less,
        NotEquals,
        NotIn,
        Open,
    }

    public List<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            var (token, text) = Peek();
            if (token == Token.End) { return requirements; }
            if (token is not (Token.Identifier or Token.Not)) { throw new SelectorException($"found '{text}', expected: !, identifier, or 'end of string'"); }
            requirements.Add(Requirement());
            (token, text) = Take();
            if (token == Token.End) { return requirements; }
            if (token != Token.Comma) { throw new SelectorException($"found '{text}', expected: ',' or 'end of string'"); }
            (token, text) = Peek();
            if (token is not (Token.Identifier or Token.Not)) { throw new SelectorException($"found '{text}', expected: identifier after ','"); }
        }
    }

    private LabelRequirement Requirement()
    {
        try
        {
            var (token, key) = Take();
            var negated = token == Token.Not;
            if (negated) { (token, key) = Take(); }
            if (token != Token.Identifier) { throw new SelectorException($"found '{key}', expected: identifier"); }
            LabelRequirements.CheckKey(key);
            if (negated) { return new LabelRequirement(key, SelectorOperator.DoesNotExist, []); }
            if (Peek().Token is Token.End or Token.Comma) { return new LabelRequirement(key, SelectorOperator.Exists, []); }
            var comparison = Operator();
            return LabelRequirements.Create(key, comparison, comparison is SelectorOperator.In or SelectorOperator.NotIn ? Values() : [ExactValue()]);
        }
        catch (SelectorException exception)
        {
            throw new SelectorException($"unable to parse requirement: {exception.Message}");
        }
    }

    private SelectorOperator Operator()
    {
        var (token, text) = _items[_next++];
        return token switch
        {
            Token.In => SelectorOperator.In,
            Token.NotIn => SelectorOperator.NotIn,
            Token.Equals or Token.DoubleEquals => SelectorOperator.Equals,
            Token.NotEquals => SelectorOperator.NotEquals,
            Token.Greater => SelectorOperator.GreaterThan,
            Token.Less => SelectorOperator.LessThan,
            _ => throw new SelectorException($"found '{text}', expected: {Operators}"),
        };
    }

    private string ExactValue()
    {
        if (Peek().Token is Token.End or Token.Comma) { return string.Empty; }
        var (token, text) = Take();
        return token == Token.Identifier ? text : throw new SelectorException($"found '{text}', expected: identifier");
    }

    private List<string> Values()
    {
        var (token, text) = Take();
        if (token != Token.Open) { throw new SelectorException($"found '{text}' expected: '('"); }
        (token, text) = Peek();
        switch (token)
        {
            case Token.Close:
                Take();
                return [string.Empty];
            case Token.Identifier or Token.Comma:
                var values = Identifiers();
                if (Take().Token != Token.Close) { throw new SelectorException($"found '{text}', expected: ')'"); }
                return values;
            default:
                throw new SelectorException($"found '{text}', expected: ',', ')' or identifier");
        }
    }

    // Empty places between commas count as the empty string.
    private List<string> Identifiers()
    {
        var values = new List<string>();
        while (true)
        {
            var (token, text) = Take();
            var following = token == Token.End ? default : Peek();
            switch (token)
            {
                case Token.Identifier:
                    values.Add(text);
                    if (following.Token == Token.Close) { return values; }
                    if (following.Token != Token.Comma) { throw new SelectorException($"found '{following.Text}', expected: ',' or ')'"); }
                    break;
                case Token.Comma:
                    if (values.Count == 0) { values.Add(string.Empty); }
                    if (following.Token is Token.Close or Token.Comma) { values.Add(string.Empty); }
                    if (following.Token == Token.Close) { return values; }
                    if (following.Token == Token.Comma) { Take(); }
                    break;
                default:
                    throw new SelectorException($"found '{text}', expected: ',', or identifier");
            }
        }
    }

    // Where a value may stand, the words "in" and "notin" are plain identifiers.
    private (Token Token, string Text) Peek()
    {
        var item = _items[_next];
        return item.Token is Token.In or Token.NotIn ? (Token.Identifier, item.Text) : item;
    }

    private (Token Token, string Text) Take()
    {
        var item = Peek();
        if (_next < _items.Count - 1) { _next++; }
        return item;
    }

    private (Token Token, string Text) Scan()
    {
        while (_position < _text.Length && IsSpace(_text[_position])) { _position++; }
        if (_position == _text.Length) { return (Token.End, string.Empty); }
        return IsSymbol(_text[_position]) ? ScanSymbol() : ScanWord();
    }

    private (Token Token, string Text) ScanWord()
    {
        var start = _position;
        while (_position < _text.Length && !IsSpace(_text[_position]) && !IsSymbol(_text[_position])) { _position++; }
        var word = _text[start.._position];
        return (word switch { "in" => Token.In, "notin" => Token.NotIn, _ => Token.Identifier }, word);
    }

    private (Token Token, string Text) ScanSymbol()
    {
        if (_position + 1 < _text.Length && _text.AsSpan(_position, 2) is "==" or "!=")
        {
            var pair = _text.Substring(_position, 2);
            _position += 2;
            return (pair == "==" ? Token.DoubleEquals : Token.NotEquals, pair);
        }

        var symbol = _text[_position++];
        return (symbol switch
        {
            ')' => Token.Close,
            '(' => Token.Open,
            ',' => Token.Comma,
            '!' => Token.Not,
            '=' => Token.Equals,
            '>' => Token.Greater,
            _ => Token.Less,
        }, symbol.ToString());
    }

    private static bool IsSpace(char character) => character is ' ' or '\t' or '\r' or '\n';

    private static bool IsSymbol(char character) => character is '=' or '!' or '(' or ')' or ',' or '>' or '<';
}
