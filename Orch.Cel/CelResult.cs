namespace Orch.Cel;

/// <summary>What an evaluation gave.</summary>
/// <param name="Value">The value, or the error.</param>
/// <param name="Cost">What it cost, also when it failed.</param>
public readonly record struct CelResult(CelValue Value, long Cost)
{
    /// <summary>The fault, or null.</summary>
    public CelError? Error => Value.IsError ? Value.AsError() : null;
}
