namespace Orch.Cel.Syntax;

internal enum TokenKind
{
    End,
    Identifier,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    True,
    False,
    Null,
    In,
    Symbol,
}

/// <summary>A word of the source: where it begins and ends, and its value or text.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Text, CelValue Value = default);
