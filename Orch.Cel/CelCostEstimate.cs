namespace Orch.Cel;

/// <summary>The least and the most that an evaluation can cost; <see cref="ulong.MaxValue"/> where there is no bound.</summary>
public readonly record struct CelCostEstimate(ulong Min, ulong Max)
{
    internal static readonly CelCostEstimate One = new(1, 1);

    /// <summary>One after the other; without overflow.</summary>
    public CelCostEstimate Add(CelCostEstimate other) => new(Sum(Min, other.Min), Sum(Max, other.Max));

    /// <summary>The one as often as the other says; without overflow.</summary>
    public CelCostEstimate Multiply(CelCostEstimate other) => new(Product(Min, other.Min), Product(Max, other.Max));

    internal static CelCostEstimate Exactly(ulong value) => new(value, value);

    internal CelCostEstimate Times(double factor) => new(Scale(Min, factor), Scale(Max, factor));

    internal CelCostEstimate Union(CelCostEstimate other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    private static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;

    private static ulong Product(ulong a, ulong b) => a != 0 && b > ulong.MaxValue / a ? ulong.MaxValue : a * b;

    private static ulong Scale(ulong value, double factor)
    {
        var scaled = Math.Ceiling(value * factor);
        return value == ulong.MaxValue || scaled >= ulong.MaxValue ? ulong.MaxValue : (ulong)scaled;
    }
}
