using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.Disruption;

/// <summary>The status that a budget should show.</summary>
/// <param name="Status">Null: the one that it shows is right.</param>
/// <param name="NotDeleted">Pods that were to be evicted and are there still.</param>
/// <param name="NextCheck">When the next eviction that was granted has to have begun; null when none is awaited.</param>
internal sealed record BudgetStatusPlan(V1PodDisruptionBudgetStatus? Status, IReadOnlyList<V1Pod> NotDeleted, TimeSpan? NextCheck)
{
    /// <summary>How long a pod may stay after its eviction was granted before it counts again.</summary>
    public static readonly TimeSpan DeletionTimeout = TimeSpan.FromMinutes(2);

    private const string DisruptionAllowed = "DisruptionAllowed";

    /// <param name="budget">The budget.</param>
    /// <param name="pods">The pods that it picks.</param>
    /// <param name="wanted">How many there should be, and be healthy.</param>
    /// <param name="now">For the evictions that were granted.</param>
    public static BudgetStatusPlan For(V1PodDisruptionBudget budget, IReadOnlyCollection<V1Pod> pods, ExpectedPods wanted, DateTimeOffset now)
    {
        var (present, generation) = (budget.Status ?? new V1PodDisruptionBudgetStatus(), budget.Metadata.Generation ?? 0);
        var (awaited, late, next) = Awaited(present.DisruptedPods, pods, now);
        var healthy = pods.Count(pod => !pod.IsDeleting() && !(awaited.TryGetValue(pod.Metadata.Name, out var since) && Until(since) > now) && pod.IsReady());
        // A budget that picks no pod allows nothing, so that its first pods are safe until they are counted.
        var allowed = wanted.Count <= 0 ? 0 : Math.Max(0, healthy - wanted.Healthy);
        var isRight = present.CurrentHealthy == healthy && present.DesiredHealthy == wanted.Healthy && present.ExpectedPods == wanted.Count && present.DisruptionsAllowed == allowed
            && AreSame(present.DisruptedPods, awaited) && (present.ObservedGeneration ?? 0) == generation && IsRight(Conditions.Find(present.Conditions, DisruptionAllowed), allowed);
        var status = isRight ? null : new V1PodDisruptionBudgetStatus
        {
            CurrentHealthy = healthy,
            DesiredHealthy = wanted.Healthy,
            ExpectedPods = wanted.Count,
            DisruptionsAllowed = allowed,
            DisruptedPods = awaited.Count > 0 ? awaited : null,
            ObservedGeneration = generation,
            Conditions = With(present.Conditions, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", string.Empty, generation, now),
        };
        return new BudgetStatusPlan(status, late, next);
    }

    /// <summary>The status of a budget that could not be judged: nothing may go, all else is as it was.</summary>
    public static V1PodDisruptionBudgetStatus Failed(V1PodDisruptionBudget budget, string reason, DateTimeOffset now)
    {
        var present = budget.Status ?? new V1PodDisruptionBudgetStatus();
        return present with { DisruptionsAllowed = 0, Conditions = With(present.Conditions, false, "SyncFailed", reason, present.ObservedGeneration, now) };
    }

    private static (Dictionary<string, DateTime?> Awaited, List<V1Pod> Late, TimeSpan? Next) Awaited(IDictionary<string, DateTime?>? granted, IReadOnlyCollection<V1Pod> pods, DateTimeOffset now)
    {
        var (awaited, late, next) = (new Dictionary<string, DateTime?>(StringComparer.Ordinal), new List<V1Pod>(), (TimeSpan?)null);
        if (granted is not { Count: > 0 }) { return (awaited, late, next); }
        foreach (var pod in pods)
        {
            if (pod.IsDeleting() || !granted.TryGetValue(pod.Metadata.Name, out var since)) { continue; }
            var left = Until(since) - now;
            if (left < TimeSpan.Zero) { late.Add(pod); continue; }
            awaited[pod.Metadata.Name] = since;
            // It is late only once its time has passed.
            var check = left + TimeSpan.FromMilliseconds(1);
            next = next is null || check < next ? check : next;
        }

        return (awaited, late, next);
    }

    private static DateTimeOffset Until(DateTime? since) => (since ?? default).ToUtc() + DeletionTimeout;

    private static bool AreSame(IDictionary<string, DateTime?>? present, Dictionary<string, DateTime?> wanted)
        => (present?.Count ?? 0) == wanted.Count && wanted.All(pair => present!.TryGetValue(pair.Key, out var since) && since == pair.Value);

    private static bool IsRight(V1Condition? condition, int allowed)
        => condition is not null && (allowed > 0 ? condition is { Status: "True", Reason: "SufficientPods" } : condition is { Status: "False", Reason: "InsufficientPods" });

    private static IList<V1Condition> With(IEnumerable<V1Condition>? present, bool isAllowed, string reason, string message, long? generation, DateTimeOffset now)
        => Conditions.With(
            present,
            new V1Condition { Type = DisruptionAllowed, Status = isAllowed ? "True" : "False", Reason = reason, Message = message, ObservedGeneration = generation },
            DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()));
}
