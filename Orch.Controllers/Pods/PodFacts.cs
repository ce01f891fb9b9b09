using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Pods;

/// <summary>What controllers ask of a pod.</summary>
internal static class PodFacts
{
    public static V1PodCondition? Condition(this V1Pod pod, string type) => pod.Status.Condition(type);

    public static bool IsReady(this V1Pod pod) => PodState.IsReady(pod);

    /// <summary>Ready for at least <paramref name="minReady"/>.</summary>
    public static bool IsAvailable(this V1Pod pod, TimeSpan minReady, DateTimeOffset now) => pod.IsReady() && pod.AvailableIn(minReady, now) is null;

    /// <summary>How long a ready pod still has to stay ready to count as available; null when it does already.</summary>
    public static TimeSpan? AvailableIn(this V1Pod pod, TimeSpan minReady, DateTimeOffset now)
    {
        if (minReady <= TimeSpan.Zero) { return null; }
        if (pod.Condition("Ready")?.LastTransitionTime is not { } since) { return minReady; }
        var left = since.ToUtc() + minReady - now;
        return left <= TimeSpan.Zero ? null : left;
    }

    /// <summary>Neither finished nor being deleted.</summary>
    public static bool IsActive(this V1Pod pod) => PodState.IsActive(pod);

    public static bool IsFinished(this V1Pod pod) => PodState.IsTerminated(pod);

    public static bool IsAssigned(this V1Pod pod) => PodState.IsScheduled(pod);

    /// <summary>A timestamp of the API as the instant it is; the models drop the zone.</summary>
    public static DateTimeOffset ToUtc(this DateTime time)
        => new(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
