namespace Orch.Cel.Syntax;

/// <summary>The names that operators have as functions.</summary>
internal static class Operators
{
    public const string Add = "_+_";
    public const string Subtract = "_-_";
    public const string Multiply = "_*_";
    public const string Divide = "_/_";
    public const string Modulo = "_%_";
    public const string Negate = "-_";
    public const string Not = "!_";
    public const string Equal = "_==_";
    public const string NotEqual = "_!=_";
    public const string Less = "_<_";
    public const string LessEqual = "_<=_";
    public const string Greater = "_>_";
    public const string GreaterEqual = "_>=_";
    public const string In = "@in";
    public const string Index = "_[_]";
    public const string OptionalIndex = "_[?_]";
    public const string OptionalSelect = "_?._";
    public const string And = "_&&_";
    public const string Or = "_||_";
    public const string Conditional = "_?_:_";

    public static string? Relation(in Token token) => token.Kind == TokenKind.In ? In : token.Kind != TokenKind.Symbol ? null : token.Text switch
    {
        "<" => Less,
        "<=" => LessEqual,
        ">" => Greater,
        ">=" => GreaterEqual,
        "==" => Equal,
        "!=" => NotEqual,
        _ => null,
    };

    public static string? Sum(in Token token) => token.Kind != TokenKind.Symbol ? null : token.Text switch { "+" => Add, "-" => Subtract, _ => null };

    public static string? Product(in Token token) => token.Kind != TokenKind.Symbol ? null : token.Text switch { "*" => Multiply, "/" => Divide, "%" => Modulo, _ => null };
}
