namespace Orch.Cel.Syntax;

/// <summary>Ends the parse at the first fault; never leaves the parser.</summary>
internal sealed class SyntaxException(int position, string message) : Exception(message)
{
    public int Position { get; } = position;
}
