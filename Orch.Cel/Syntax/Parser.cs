namespace Orch.Cel.Syntax;

/// <summary>Reads an expression by recursive descent; macros become nodes of their own.</summary>
internal sealed class Parser
{
    /// <summary>Deeper expressions are refused, so that no later walk can overflow the stack.</summary>
    public const int MaxDepth = 250;

    private const string ExpressionStart = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

    private readonly List<Token> _tokens;
    private readonly int _maxNodes;
    private int _at;
    private int _pendingBranches;
    private int _depth;
    private readonly bool _hasBindings;
    private int _nodes;

    private Parser(List<Token> tokens, int maxNodes, bool hasBindings)
    {
        _tokens = tokens;
        _maxNodes = maxNodes;
        _hasBindings = hasBindings;
    }

    private Token Current => _tokens[_at];

    /// <summary>The tree, or null with the fault noted in the source.</summary>
    /// <param name="hasBindings">Whether <c>cel.bind</c> is a macro.</param>
    public static Expr? Parse(Source source, CelLimits limits, bool hasBindings)
    {
        if (source.Text.Length > limits.MaxLength)
        {
            source.Fault(0, $"expression code point size exceeds limit: size: {source.Text.Length}, limit {limits.MaxLength}");
            return null;
        }

        var lexer = new Lexer(source.Text);
        try
        {
            var parser = new Parser(lexer.ReadAll(), limits.MaxNodes, hasBindings);
            var expression = parser.Expression();
            if (parser.Current.Kind != TokenKind.End)
            {
                var what = parser._tokens[parser._at + 1].Kind == TokenKind.End ? "extraneous" : "mismatched";
                throw new SyntaxException(parser.Current.Start, $"Syntax error: {what} input '{parser.Current.Text}' expecting <EOF>");
            }

            if (lexer.Unread.Count == 0) { return expression; }
        }
        catch (SyntaxException fault)
        {
            lexer.Unread.Add(fault);
        }

        foreach (var fault in lexer.Unread.OrderBy(static fault => fault.Position)) { source.Fault(fault.Position, fault.Message); }
        return null;
    }

    private Expr Expression()
    {
        if (++_depth > MaxDepth) { throw TooDeep(Current.Start); }
        var condition = Disjunction();
        if (IsSymbol("?"))
        {
            var position = Advance().Start;
            _pendingBranches++;
            var whenTrue = Disjunction();
            Expect(":");
            _pendingBranches--;
            condition = Made(new ConditionalExpr(position, condition, whenTrue, Expression()));
        }

        _depth--;
        return condition;
    }

    private Expr Disjunction() => Logical("||", isAnd: false);

    private Expr Logical(string symbol, bool isAnd)
    {
        var first = isAnd ? Relation() : Logical("&&", isAnd: true);
        if (!IsSymbol(symbol)) { return first; }
        var position = Current.Start;
        var terms = new List<Expr> { first };
        while (IsSymbol(symbol))
        {
            Advance();
            terms.Add(isAnd ? Relation() : Logical("&&", isAnd: true));
        }

        return Made(new LogicalExpr(position, isAnd, [.. terms]));
    }

    private Expr Relation()
    {
        var left = Sum();
        while (Operators.Relation(Current) is { } function)
        {
            var position = Advance().Start;
            left = Made(new CallExpr(position, function, null, [left, Sum()]));
        }

        return left;
    }

    private Expr Sum()
    {
        var left = Product();
        while (Operators.Sum(Current) is { } function)
        {
            var position = Advance().Start;
            left = Made(new CallExpr(position, function, null, [left, Product()]));
        }

        return left;
    }

    private Expr Product()
    {
        var left = Unary();
        while (Operators.Product(Current) is { } function)
        {
            var position = Advance().Start;
            left = Made(new CallExpr(position, function, null, [left, Unary()]));
        }

        return left;
    }

    /// <summary>Signs of one kind in a row; pairs of them cancel out, as in cel-go.</summary>
    private Expr Unary()
    {
        if (!IsSymbol("!") && !IsSymbol("-")) { return Member(); }
        var symbol = Current.Text;
        var position = Current.Start;
        var count = 0;
        while (IsSymbol(symbol))
        {
            // The last minus before a number is part of the number.
            if (symbol == "-" && _tokens[_at + 1].Kind is TokenKind.Int or TokenKind.Double) { break; }
            Advance();
            count++;
        }

        var operand = Member();
        return count % 2 == 0 ? operand : Made(new CallExpr(position, symbol == "!" ? Operators.Not : Operators.Negate, null, [operand]));
    }

    private Expr Member()
    {
        var value = Primary();
        while (Current.Kind == TokenKind.Symbol)
        {
            if (Current.Text == ".")
            {
                var position = Advance().Start;
                var optional = IsSymbol("?");
                if (optional) { Advance(); }
                if (Current.Kind != TokenKind.Identifier)
                {
                    throw new SyntaxException(Current.Start, $"Syntax error: mismatched input '{Current.Text}' expecting IDENTIFIER");
                }

                var name = Advance();
                if (!optional && IsSymbol("("))
                {
                    var call = Current.Start;
                    value = MemberCall(call, name.Text, value, Arguments());
                }
                else
                {
                    value = Made(new SelectExpr(position, value, name.Text) { IsOptional = optional });
                }
            }
            else if (Current.Text == "[")
            {
                var position = Advance().Start;
                var optional = IsSymbol("?");
                if (optional) { Advance(); }
                var index = Expression();
                Expect("]");
                value = Made(new CallExpr(position, optional ? Operators.OptionalIndex : Operators.Index, null, [value, index]));
            }
            else if (Current.Text == "{" && QualifiedName(value) is { } name)
            {
                value = ObjectLiteral(name);
            }
            else { break; }
        }

        return value;
    }

    private Expr Primary()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Int:
                Advance();
                return Made(Integer(token, negative: false, token.Start));
            case TokenKind.Uint or TokenKind.Double or TokenKind.String or TokenKind.Bytes or TokenKind.True or TokenKind.False or TokenKind.Null:
                Advance();
                return Made(new ConstExpr(token.Start, token.Value));
            case TokenKind.Identifier:
                Advance();
                return Name(token, token.Text);
            case TokenKind.Symbol:
                switch (token.Text)
                {
                    case "-" when _tokens[_at + 1].Kind == TokenKind.Int:
                        Advance();
                        return Made(Integer(Advance(), negative: true, token.Start));
                    case "-" when _tokens[_at + 1].Kind == TokenKind.Double:
                        Advance();
                        return Made(new ConstExpr(token.Start, CelValue.FromDouble(-Advance().Value.AsDouble())));
                    case "(":
                        Advance();
                        var inner = Expression();
                        Expect(")");
                        return inner;
                    case "[": return ListLiteral();
                    case "{": return MapLiteral();
                    case "." when _tokens[_at + 1].Kind == TokenKind.Identifier:
                        Advance();
                        return Name(token, Advance().Text);
                }

                break;
        }

        throw new SyntaxException(token.Start, $"Syntax error: mismatched input '{token.Text}' expecting {ExpressionStart}");
    }

    private static ConstExpr Integer(in Token token, bool negative, int position)
    {
        var magnitude = token.Value.AsUint();
        if (negative && magnitude == 1UL << 63) { return new ConstExpr(position, CelValue.FromInt(long.MinValue)); }
        if (magnitude > long.MaxValue) { throw new SyntaxException(position, "invalid int literal"); }
        return new ConstExpr(position, CelValue.FromInt(negative ? -(long)magnitude : (long)magnitude));
    }

    private Expr Name(in Token token, string name)
    {
        if (IsReserved(name)) { throw new SyntaxException(token.Start, $"Syntax error: mismatched input '{name}' expecting {ExpressionStart}"); }
        if (!IsSymbol("(")) { return Made(new IdentExpr(token.Start, name)); }
        var position = Current.Start;
        var arguments = Arguments();
        return name == "has" ? Made(Macros.Has(position, arguments)) : Made(new CallExpr(position, name, null, arguments));
    }

    private Expr MemberCall(int position, string name, Expr target, Expr[] arguments)
        => Made(Macros.Expand(position, name, target, arguments, _hasBindings) ?? new CallExpr(position, name, target, arguments));

    private Expr[] Arguments()
    {
        Expect("(");
        var arguments = new List<Expr>();
        if (!IsSymbol(")"))
        {
            do { arguments.Add(Expression()); }
            while (TakeSymbol(","));
        }

        Expect(")");
        return [.. arguments];
    }

    private ListExpr ListLiteral()
    {
        var position = Advance().Start;
        var items = new List<Expr>();
        var optional = new List<bool>();
        while (!IsSymbol("]") && !IsCutOff(items.Count))
        {
            optional.Add(TakeSymbol("?"));
            items.Add(Expression());
            if (!TakeSymbol(",")) { break; }
        }

        Expect("]");
        return Made(new ListExpr(position, [.. items], [.. optional]));
    }

    private MapExpr MapLiteral()
    {
        var position = Advance().Start;
        var entries = new List<MapEntry>();
        while (!IsSymbol("}") && !IsCutOff(entries.Count))
        {
            var optional = TakeSymbol("?");
            var key = Expression();
            var colon = Current.Start;
            Expect(":");
            entries.Add(new MapEntry(colon, key, Expression(), optional));
            if (!TakeSymbol(",")) { break; }
        }

        Expect("}");
        return Made(new MapExpr(position, [.. entries]));
    }

    private ObjectExpr ObjectLiteral(string name)
    {
        var position = Advance().Start;
        var entries = new List<ObjectEntry>();
        while (!IsSymbol("}") && !IsCutOff(entries.Count))
        {
            var optional = TakeSymbol("?");
            if (Current.Kind != TokenKind.Identifier)
            {
                throw new SyntaxException(Current.Start, $"Syntax error: mismatched input '{Current.Text}' expecting IDENTIFIER");
            }

            var field = Advance();
            var colon = Current.Start;
            Expect(":");
            entries.Add(new ObjectEntry(colon, field.Text, Expression(), optional));
            if (!TakeSymbol(",")) { break; }
        }

        Expect("}");
        return Made(new ObjectExpr(position, name, [.. entries]));
    }

    /// <summary>The dotted name that a chain of plain selections spells, or null.</summary>
    public static string? QualifiedName(Expr expression) => expression switch
    {
        IdentExpr ident => ident.Name,
        SelectExpr { IsTest: false, IsOptional: false } select when QualifiedName(select.Operand) is { } prefix => prefix + "." + select.Field,
        _ => null,
    };

    private static bool IsReserved(string name) => name is "as" or "break" or "const" or "continue" or "else" or "for" or "function" or "if"
        or "import" or "let" or "loop" or "package" or "namespace" or "return" or "var" or "void" or "while";

    private bool IsSymbol(string symbol) => Current.Kind == TokenKind.Symbol && Current.Text == symbol;

    private bool TakeSymbol(string symbol)
    {
        if (!IsSymbol(symbol)) { return false; }
        _at++;
        return true;
    }

    private Token Advance() => _tokens[_at].Kind == TokenKind.End ? _tokens[_at] : _tokens[_at++];

    private void Expect(string symbol)
    {
        if (TakeSymbol(symbol)) { return; }
        throw new SyntaxException(Current.Start, IsAllThatIsMissing(symbol) ? $"Syntax error: missing '{symbol}' at '{Current.Text}'" : $"Syntax error: mismatched input '{Current.Text}' expecting '{symbol}'");
    }

    // The last comma may stand alone, so that only the bracket is missing.
    private bool IsCutOff(int count) => count > 0 && Current.Kind == TokenKind.End;

    // As upstream's parser, which goes on as if the one token were there where the text could end then.
    private bool IsAllThatIsMissing(string symbol)
    {
        if (Current.Kind != TokenKind.End || _pendingBranches > 0 || symbol is not (")" or "]" or "}")) { return false; }
        var open = 0;
        foreach (var token in _tokens)
        {
            if (token.Kind == TokenKind.Symbol) { open += token.Text is "(" or "[" or "{" ? 1 : token.Text is ")" or "]" or "}" ? -1 : 0; }
        }

        return open == 1;
    }

    private static SyntaxException TooDeep(int position) => new(position, $"expression recursion limit exceeded: {MaxDepth}");

    private T Made<T>(T node)
        where T : Expr
    {
        if (node.Depth > MaxDepth) { throw TooDeep(node.Position); }
        if (++_nodes > _maxNodes) { throw new SyntaxException(node.Position, $"expression has more than {_maxNodes} nodes"); }
        return node;
    }
}
