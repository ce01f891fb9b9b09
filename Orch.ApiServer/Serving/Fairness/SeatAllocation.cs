namespace Orch.ApiServer.Serving.Fairness;

/// <summary>How all seats are shared out for the next while, by what each level needed in the last.</summary>
/// <remarks>Pure. As upstream: every level gets the same proportion of what it wants, within its bounds.</remarks>
internal static class SeatAllocation
{
    /// <summary>What a level needed.</summary>
    /// <param name="Limits">Its bounds.</param>
    /// <param name="Peak">The most seats that were in use or waited for.</param>
    /// <param name="Smoothed">The same, evened out over time.</param>
    public readonly record struct Demand(SeatLimits Limits, int Peak, double Smoothed);

    /// <summary>The seats of each level, in their order; together at most <paramref name="total"/> unless the minima alone are more.</summary>
    public static int[] Share(IReadOnlyList<Demand> demands, int total)
    {
        var bounds = new (double Low, double High, double Target)[demands.Count];
        for (var index = 0; index < bounds.Length; index++)
        {
            var (limits, peak, smoothed) = demands[index];
            var low = Math.Max(limits.Minimum, Math.Min(limits.Nominal, peak));
            bounds[index] = (low, Math.Max(low, limits.Maximum), Math.Max(low, smoothed));
        }

        var proportion = Proportion(bounds, total);
        return [.. bounds.Select(bound => (int)Math.Floor(At(bound, proportion) + 1e-9))];
    }

    // What is given out grows with the proportion, so halving finds where it is all.
    private static double Proportion((double Low, double High, double Target)[] bounds, int total)
    {
        double low = 0, high = 1;
        while (bounds.Sum(bound => At(bound, high)) < total && high < 1e9) { high *= 2; }
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (bounds.Sum(bound => At(bound, middle)) <= total) { low = middle; } else { high = middle; }
        }

        return low;
    }

    private static double At((double Low, double High, double Target) bound, double proportion) => Math.Clamp(proportion * bound.Target, bound.Low, bound.High);
}
