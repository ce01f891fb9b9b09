using k8s.Models;

namespace Orch.ApiServer.Serving.Fairness;

/// <summary>The seats of one level: what it has of its own, what others may borrow of it, and up to what it may borrow.</summary>
/// <param name="Nominal">Its share of all seats.</param>
/// <param name="Minimum">What it keeps however little it needs.</param>
/// <param name="Maximum">What it gets at most, borrowed seats included.</param>
internal readonly record struct SeatLimits(int Nominal, int Minimum, int Maximum)
{
    /// <summary>The limits of levels by their configuration.</summary>
    /// <param name="levels">All of them: their shares are of the same whole.</param>
    /// <param name="total">All seats of the server.</param>
    public static IReadOnlyDictionary<string, SeatLimits> Of(IReadOnlyCollection<V1PriorityLevelConfiguration> levels, int total)
    {
        var sum = levels.Sum(static level => (long)SharesOf(level));
        return levels.ToDictionary(static level => level.Metadata.Name, level =>
        {
            var nominal = sum == 0 ? 0 : (int)Math.Ceiling((double)total * SharesOf(level) / sum);
            var lendable = (int)Math.Round(nominal * Percent(level.Spec.Limited?.LendablePercent ?? level.Spec.Exempt?.LendablePercent) / 100.0, MidpointRounding.AwayFromZero);
            var maximum = level.Spec.Limited?.BorrowingLimitPercent is { } borrowing
                ? (int)Math.Min(total, nominal + Math.Round((double)nominal * borrowing / 100.0, MidpointRounding.AwayFromZero))
                : total;
            return new SeatLimits(nominal, nominal - lendable, Math.Max(nominal, maximum));
        }, StringComparer.Ordinal);
    }

    private static int SharesOf(V1PriorityLevelConfiguration level)
        => Math.Max(0, level.Spec.Type == "Exempt" ? level.Spec.Exempt?.NominalConcurrencyShares ?? 0 : level.Spec.Limited?.NominalConcurrencyShares ?? 30);

    private static int Percent(int? value) => Math.Clamp(value ?? 0, 0, 100);
}
