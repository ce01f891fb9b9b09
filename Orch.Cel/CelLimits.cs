namespace Orch.Cel;

/// <summary>Bounds of an expression's text; its depth is bounded to 250 always.</summary>
public sealed record CelLimits
{
    /// <summary>The most characters; 100,000 by default, as in cel-go.</summary>
    public int MaxLength { get; init; } = 100_000;

    /// <summary>The most nodes of the syntax tree; 50,000 by default.</summary>
    public int MaxNodes { get; init; } = 50_000;
}
