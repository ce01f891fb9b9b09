using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Controllers.ReplicaSets;
using Orch.Controllers.Status;

namespace Orch.Controllers.Deployments;

/// <summary>The status of a deployment: counts, availability and progress.</summary>
internal static class DeploymentStatusPlan
{
    /// <summary>How long a rollout may stand still; null for ever.</summary>
    public static TimeSpan? Deadline(V1Deployment deployment)
        => deployment.Spec.ProgressDeadlineSeconds is { } seconds and not int.MaxValue ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Every pod is of the present template and available, and the status speaks of the present spec.</summary>
    public static bool IsComplete(V1Deployment deployment, V1DeploymentStatus? status)
    {
        var desired = deployment.Spec.Replicas ?? 1;
        return (status?.UpdatedReplicas ?? 0) == desired && (status?.Replicas ?? 0) == desired && (status?.AvailableReplicas ?? 0) == desired
            && (status?.ObservedGeneration ?? 0) >= (deployment.Metadata.Generation ?? 0);
    }

    /// <summary>A paused rollout must not run into its deadline: its progress is unknown.</summary>
    public static void NotePause(RolloutState state)
    {
        if (Deadline(state.Deployment) is null) { return; }
        var reason = state.Condition(DeploymentConditions.Progressing)?.Reason;
        if (reason == DeploymentConditions.ProgressDeadlineExceeded) { return; }
        var isNoted = reason == DeploymentConditions.DeploymentPaused;
        var isPaused = state.Deployment.Spec.Paused == true;
        if (isPaused && !isNoted) { state.Set(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.DeploymentPaused, "Deployment is paused"); }
        else if (!isPaused && isNoted) { state.Set(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.DeploymentResumed, "Deployment is resumed"); }
    }

    /// <summary>Counts and availability; what is said of progress stays.</summary>
    public static (V1DeploymentStatus Status, TimeSpan? NextCheck) Counts(RolloutState state)
    {
        var available = state.All.Sum(RolloutState.Available);
        if (available >= state.Desired - state.Limits.MaxUnavailable)
        {
            state.Set(DeploymentConditions.Available, "True", DeploymentConditions.MinimumReplicasAvailable, "Deployment has minimum availability.");
        }
        else
        {
            state.Set(DeploymentConditions.Available, "False", DeploymentConditions.MinimumReplicasUnavailable, "Deployment does not have minimum availability.");
        }

        var status = new V1DeploymentStatus
        {
            ObservedGeneration = state.Deployment.Metadata.Generation,
            Replicas = state.All.Sum(static set => set.Status?.Replicas ?? 0).OrAbsent(),
            UpdatedReplicas = (state.New?.Status?.Replicas ?? 0).OrAbsent(),
            ReadyReplicas = state.All.Sum(static set => set.Status?.ReadyReplicas ?? 0).OrAbsent(),
            AvailableReplicas = available.OrAbsent(),
            UnavailableReplicas = Math.Max(0, state.All.Sum(RolloutState.Replicas) - available).OrAbsent(),
            TerminatingReplicas = state.All.Sum(static set => set.Status?.TerminatingReplicas ?? 0).OrAbsent(),
            CollisionCount = state.Deployment.Status?.CollisionCount,
            Conditions = state.Conditions,
        };
        return (status, null);
    }

    /// <summary>Counts, availability, progress against the deadline, and failures of the replica sets.</summary>
    public static (V1DeploymentStatus Status, TimeSpan? NextCheck) Progress(RolloutState state)
    {
        var (status, _) = Counts(state);
        if (Deadline(state.Deployment) is not { } deadline)
        {
            state.Conditions = DeploymentConditions.Without(state.Conditions, DeploymentConditions.Progressing);
            return (Finish(state, status), null);
        }

        var current = state.Condition(DeploymentConditions.Progressing);
        var wasComplete = (status.Replicas ?? 0) == (status.UpdatedReplicas ?? 0) && current?.Reason == DeploymentConditions.NewReplicaSetAvailable;
        if (!wasComplete) { Judge(state, status, current, deadline); }
        return (Finish(state, status), NextCheck(state, status, deadline));
    }

    private static void Judge(RolloutState state, V1DeploymentStatus status, V1DeploymentCondition? current, TimeSpan deadline)
    {
        var subject = state.New is { } set ? $"ReplicaSet \"{set.Metadata.Name}\"" : $"Deployment \"{state.Deployment.Metadata.Name}\"";
        if (IsComplete(state.Deployment, status))
        {
            state.Set(DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetAvailable, $"{subject} has successfully progressed.");
        }
        else if (HasProgressed(state.Deployment.Status, status))
        {
            // Each sign of progress starts the deadline anew, hence a fresh update time even where status and reason stay.
            var condition = DeploymentConditions.Make(DeploymentConditions.Progressing, "True", DeploymentConditions.ReplicaSetUpdated, $"{subject} is progressing.", state.Now);
            if (current?.Status == "True") { condition.LastTransitionTime = current.LastTransitionTime; }
            state.Conditions = [.. DeploymentConditions.Without(state.Conditions, DeploymentConditions.Progressing), condition];
        }
        else if (current is not null && IsTimedOut(current, deadline, state.Now))
        {
            state.Set(DeploymentConditions.Progressing, "False", DeploymentConditions.ProgressDeadlineExceeded, $"{subject} has timed out progressing.");
        }
    }

    private static V1DeploymentStatus Finish(RolloutState state, V1DeploymentStatus status)
    {
        var failure = state.All.Reverse().SelectMany(static set => set.Status?.Conditions ?? []).FirstOrDefault(static condition => condition.Type == ReplicaSetStatusPlan.ReplicaFailure);
        if (failure is null) { state.Conditions = DeploymentConditions.Without(state.Conditions, DeploymentConditions.ReplicaFailure); }
        else { state.Set(DeploymentConditions.ReplicaFailure, failure.Status, failure.Reason, failure.Message); }
        return status with { Conditions = state.Conditions };
    }

    private static bool HasProgressed(V1DeploymentStatus? before, V1DeploymentStatus after)
    {
        static int Of(int? count) => count ?? 0;
        return Of(after.UpdatedReplicas) > Of(before?.UpdatedReplicas)
            || Of(after.Replicas) - Of(after.UpdatedReplicas) < Of(before?.Replicas) - Of(before?.UpdatedReplicas)
            || Of(after.ReadyReplicas) > Of(before?.ReadyReplicas)
            || Of(after.AvailableReplicas) > Of(before?.AvailableReplicas);
    }

    private static bool IsTimedOut(V1DeploymentCondition progressing, TimeSpan deadline, DateTimeOffset now) => progressing.Reason switch
    {
        DeploymentConditions.NewReplicaSetAvailable => false,
        DeploymentConditions.ProgressDeadlineExceeded => true,
        _ => progressing.LastUpdateTime is { } since && since.ToUtc() + deadline < now,
    };

    private static TimeSpan? NextCheck(RolloutState state, V1DeploymentStatus status, TimeSpan deadline)
    {
        if (state.Condition(DeploymentConditions.Progressing) is not { LastUpdateTime: { } since } progressing) { return null; }
        if (progressing.Reason == DeploymentConditions.ProgressDeadlineExceeded || IsComplete(state.Deployment, status)) { return null; }
        var left = since.ToUtc() + deadline - state.Now;
        return (left > TimeSpan.Zero ? left : TimeSpan.Zero) + TimeSpan.FromSeconds(1);
    }
}
