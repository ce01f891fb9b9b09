using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Deployments;

/// <summary>One step of a rollout, as a value: what to write, and the status that holds once it is written.</summary>
internal sealed record RolloutPlan
{
    /// <summary>The replica set of the present template, to be created.</summary>
    public V1ReplicaSet? Create { get; init; }

    /// <summary>Replica sets to scale, or to annotate.</summary>
    public required IReadOnlyList<ReplicaSetUpdate> Updates { get; init; }

    /// <summary>Old revisions beyond the history limit.</summary>
    public required IReadOnlyList<V1ReplicaSet> Deletes { get; init; }

    /// <summary>The deployment's own revision annotation; null to leave it.</summary>
    public string? Revision { get; init; }

    /// <summary>Complete; counts are those of the replica sets as cached.</summary>
    public required V1DeploymentStatus Status { get; init; }

    /// <summary>When the progress deadline may be over; null when it does not matter.</summary>
    public TimeSpan? NextCheck { get; init; }

    /// <param name="deployment">As cached; never changed.</param>
    /// <param name="sets">The replica sets that it manages.</param>
    /// <param name="hash">Compares and names templates.</param>
    /// <param name="hasRunningPods">Whether a set, by uid, has pods that have not ended; asked for <c>Recreate</c> alone.</param>
    /// <param name="now">For conditions and the deadline.</param>
    public static RolloutPlan For(V1Deployment deployment, IEnumerable<V1ReplicaSet> sets, PodTemplateHash hash, Func<string, bool> hasRunningPods, DateTimeOffset now)
    {
        var state = new RolloutState(deployment, sets, hash, now);
        if (deployment.IsDeleting())
        {
            return state.Plan(DeploymentStatusPlan.Counts(state));
        }

        DeploymentStatusPlan.NotePause(state);
        if (deployment.Spec.Paused == true || ReplicaScaling.IsPending(state))
        {
            state.AnnotateNew();
            ReplicaScaling.Apply(state);
            if (deployment.Spec.Paused == true) { RevisionHistory.CleanUp(state); }
            return state.Plan(DeploymentStatusPlan.Counts(state));
        }

        if (RolloutLimits.IsRolling(deployment)) { RollingUpdate.Step(state); }
        else { Recreate.Step(state, hasRunningPods); }
        return state.Plan(DeploymentStatusPlan.Progress(state));
    }
}

/// <summary>A replica set that changes.</summary>
internal sealed record ReplicaSetUpdate(V1ReplicaSet Before, V1ReplicaSet After);
