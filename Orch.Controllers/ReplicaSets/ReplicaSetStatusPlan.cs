using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Controllers.Status;
using Orch.Resources;

namespace Orch.Controllers.ReplicaSets;

/// <summary>The status that a replica set should show.</summary>
/// <param name="Status">Complete.</param>
/// <param name="NextCheck">When the next ready pod becomes available; null when none is waiting.</param>
internal sealed record ReplicaSetStatusPlan(V1ReplicaSetStatus Status, TimeSpan? NextCheck)
{
    public const string ReplicaFailure = "ReplicaFailure";

    /// <param name="set">The replica set.</param>
    /// <param name="owned">The pods it manages, those that end too.</param>
    /// <param name="failure">What stopped the last pass; null when nothing did.</param>
    /// <param name="now">For <c>minReadySeconds</c>.</param>
    public static ReplicaSetStatusPlan For(V1ReplicaSet set, IReadOnlyCollection<V1Pod> owned, ReplicaFault? failure, DateTimeOffset now)
    {
        var minReady = TimeSpan.FromSeconds(set.Spec.MinReadySeconds ?? 0);
        var template = LabelSelector.FromMap(set.Spec.Template?.Metadata?.Labels);
        int replicas = 0, labeled = 0, ready = 0, available = 0, terminating = 0;
        TimeSpan? next = null;
        foreach (var pod in owned)
        {
            if (pod.IsDeleting() && !pod.IsFinished()) { terminating++; }
            if (!pod.IsActive()) { continue; }
            replicas++;
            if (template.Matches(pod.Metadata.Labels)) { labeled++; }
            if (!pod.IsReady()) { continue; }
            ready++;
            if (pod.AvailableIn(minReady, now) is { } left) { next = next is null || left < next ? left : next; }
            else { available++; }
        }

        return new ReplicaSetStatusPlan(
            new V1ReplicaSetStatus
            {
                Replicas = replicas,
                FullyLabeledReplicas = labeled.OrAbsent(),
                ReadyReplicas = ready.OrAbsent(),
                AvailableReplicas = available.OrAbsent(),
                TerminatingReplicas = terminating.OrAbsent(),
                ObservedGeneration = set.Metadata.Generation,
                Conditions = Conditions(set.Status?.Conditions, failure, now),
            },
            next);
    }

    // A failure that lasts keeps its condition, message and time, as upstream does.
    private static List<V1ReplicaSetCondition> Conditions(IList<V1ReplicaSetCondition>? present, ReplicaFault? failure, DateTimeOffset now)
    {
        var old = present?.FirstOrDefault(static condition => condition.Type == ReplicaFailure);
        List<V1ReplicaSetCondition> others = [.. (present ?? []).Where(static condition => condition.Type != ReplicaFailure)];
        if (failure is not null)
        {
            others.Add(old ?? new V1ReplicaSetCondition
            {
                Type = ReplicaFailure, Status = "True", Reason = failure.Reason, Message = failure.Message, LastTransitionTime = now.UtcDateTime,
            });
        }

        return others;
    }
}

/// <summary>Why a replica set could not create or delete a pod.</summary>
/// <param name="Reason"><c>FailedCreate</c> or <c>FailedDelete</c>.</param>
/// <param name="Message">The API's own.</param>
internal sealed record ReplicaFault(string Reason, string Message);
