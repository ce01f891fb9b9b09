namespace Orch.Cel;

/// <summary>A fault of an expression's text.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters (code points).</param>
/// <param name="Message">Such as <c>undeclared reference to 'x' (in container '')</c>.</param>
public sealed record CelIssue(int Line, int Column, string Message);
