namespace Orch.Scheduling.Plugins;

/// <summary>Brings counts into 0 to 100.</summary>
internal static class Scores
{
    public const long Max = 100;

    /// <summary>The greatest becomes 100 and the others their share of it; reversed, the greatest becomes 0.</summary>
    public static void Scale(Span<long> scores, bool reverse)
    {
        long greatest = 0;
        foreach (var score in scores) { greatest = Math.Max(greatest, score); }
        if (greatest == 0)
        {
            if (reverse) { scores.Fill(Max); }
            return;
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var share = Max * scores[i] / greatest;
            scores[i] = reverse ? Max - share : share;
        }
    }
}
