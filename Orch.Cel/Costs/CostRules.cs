using Orch.Cel.Libraries;

namespace Orch.Cel.Costs;

/// <summary>What a call really cost, by the rules of cel-go and of Kubernetes.</summary>
internal static class CostRules
{
    public const int ListCreation = 10;
    public const int MapCreation = 30;
    public const int ObjectCreation = 40;
    public const double PerCharacter = 0.1;
    public const double PerPatternCharacter = 0.25;

    /// <param name="overload">What was called.</param>
    /// <param name="values">What with.</param>
    /// <param name="result">Looked at by <see cref="CostModel.Join"/> alone.</param>
    public static long Actual(CelOverload overload, ReadOnlySpan<CelValue> values, in CelValue result)
    {
        switch (overload.Cost)
        {
            case CostModel.Fixed: return overload.FixedCost;
            case CostModel.Traverse or CostModel.StringToBytes or CostModel.BytesToString or CostModel.Quote: return Scale(Size(values[0]));
            case CostModel.TraverseTwice or CostModel.Replace or CostModel.Split: return Scale(2 * Size(values[0]));
            case CostModel.TraverseSecond: return Scale(Size(values[1]));
            case CostModel.Equality when values[0].Kind == CelKind.Opaque: return 1;
            case CostModel.Equality or CostModel.Inequality: return Scale(Math.Min(Size(values[0]), Size(values[1])));
            case CostModel.Compare: return IsText(values[0]) ? Scale(Math.Min(Size(values[0]), Size(values[1]))) : 1;
            case CostModel.Add: return IsText(values[0]) ? Scale(Size(values[0]) + Size(values[1])) : 1;
            case CostModel.In: return values[1].Kind == CelKind.List ? Size(values[1]) : 1;
            case CostModel.Match or CostModel.Find:
                return Scale(1 + Size(values[0])) * (long)Math.Ceiling(Size(values[1]) * PerPatternCharacter);
            case CostModel.Contains: return Scale(Size(values[0])) * Scale(Size(values[1]));
            case CostModel.Items or CostModel.IndexOf: return Traversal(values[0], 0);
            case CostModel.Join: return Scale(2 * Size(result));
            case CostModel.SetProduct: return 1 + Size(values[0]) * Size(values[1]);
            case CostModel.SetEquivalence: return 1 + 2 * Size(values[0]) * Size(values[1]);
            case CostModel.NetworkContains: return Scale(2 * Size(values[0]));
            case CostModel.NetworkContainsText: return Scale(2 * Size(values[0])) + Scale(Size(values[1]));
            case CostModel.NetworkContainsNetwork: return Scale(2 * Size(values[0])) + Scale(Size(values[0])) + 1;
            case CostModel.NetworkContainsNetworkText: return Scale(2 * Size(values[0])) + Scale(Size(values[0])) + 1 + Scale(Size(values[1]));
            case CostModel.Validate: return Scale(1 + Size(values[1])) * (long)Math.Ceiling(FormatLibrary.PatternSize(values[0]) * PerPatternCharacter);
            case CostModel.Selector: return (long)Selector(CelCostEstimate.Exactly((ulong)Size(values[1]))).Max;
            case CostModel.CopyList: return ListCreation + 1 + Size(values[0]);
            case CostModel.Distinct: return ListCreation + 1 + Size(values[0]) * Size(values[0]);
            case CostModel.Range: return ListCreation + 1 + (values[0].Kind == CelKind.Int ? Math.Clamp(values[0].AsInt(), 0, int.MaxValue) : 1);
            default: throw new InvalidOperationException(overload.Cost.ToString());
        }
    }

    /// <summary>What it costs to read a selector of so many characters: each two can be a requirement with a list of its own.</summary>
    public static CelCostEstimate Selector(CelCostEstimate size)
        => CelCostEstimate.Exactly(ListCreation).Add(size.Times(PerCharacter)).Add(size.Times(0.5).Times(ListCreation + ObjectCreation));

    /// <summary>Characters, bytes, items or entries; of anything else, one.</summary>
    public static long Size(in CelValue value) => value.Kind switch
    {
        CelKind.String => Characters(value.AsString()),
        CelKind.Bytes => value.AsBytes().Length,
        CelKind.List => value.AsList().Count,
        CelKind.Map => value.AsMap().Count,
        CelKind.Opaque => value.AsOpaque().CostSize,
        _ => 1,
    };

    /// <summary>The code points of a text.</summary>
    public static int Characters(string text)
    {
        var count = text.Length;
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udbff')) { return count; }
        for (var index = 1; index < text.Length; index++)
        {
            if (char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1])) { count--; }
        }

        return count;
    }

    private static bool IsText(in CelValue value) => value.Kind is CelKind.String or CelKind.Bytes;

    private static long Scale(long size) => (long)Math.Ceiling(size * PerCharacter);

    private static long Traversal(in CelValue value, int depth)
    {
        switch (value.Kind)
        {
            case CelKind.String: return (long)(System.Text.Encoding.UTF8.GetByteCount(value.AsString()) * PerCharacter);
            case CelKind.Bytes: return (long)(value.AsBytes().Length * PerCharacter);
            case CelKind.List when depth < 64:
                var list = value.AsList();
                var sum = 0L;
                for (var index = 0; index < list.Count; index++) { sum += Traversal(list[index], depth + 1); }
                return sum;
            case CelKind.Map when depth < 64:
                var cost = 0L;
                foreach (var key in value.AsMap().Keys)
                {
                    cost += Traversal(key, depth + 1);
                    if (value.AsMap().TryGet(key, out var item)) { cost += Traversal(item, depth + 1); }
                }

                return cost;
            default: return 1;
        }
    }
}
