using System.Globalization;
using k8s.Models;

namespace Orch.Controllers.Deployments;

/// <summary>How far a rollout may stray from the desired number of pods.</summary>
/// <param name="MaxSurge">Pods above it.</param>
/// <param name="MaxUnavailable">Pods below it that are available; never more than are desired.</param>
internal readonly record struct RolloutLimits(int MaxSurge, int MaxUnavailable)
{
    /// <summary>Percentages round up for the surge and down for the unavailable; both zero becomes one unavailable, else nothing could move.</summary>
    public static RolloutLimits For(V1Deployment deployment)
    {
        var replicas = deployment.Spec.Replicas ?? 1;
        if (!IsRolling(deployment)) { return default; }
        var rolling = deployment.Spec.Strategy?.RollingUpdate;
        var surge = Resolve(rolling?.MaxSurge?.Value ?? "25%", replicas, roundUp: true);
        var unavailable = Resolve(rolling?.MaxUnavailable?.Value ?? "25%", replicas, roundUp: false);
        if (surge == 0 && unavailable == 0) { unavailable = 1; }
        return new RolloutLimits(surge, Math.Min(unavailable, replicas));
    }

    public static bool IsRolling(V1Deployment deployment) => deployment.Spec.Strategy?.Type is not "Recreate";

    private static int Resolve(string value, int total, bool roundUp)
    {
        if (!value.EndsWith('%')) { return int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0; }
        if (!int.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var percent)) { return 0; }
        var share = (long)percent * total;
        return (int)((roundUp ? share + 99 : share) / 100);
    }
}
