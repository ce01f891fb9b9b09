using k8s.Models;

namespace Orch.Controllers.Deployments;

/// <summary>Grows the new replica set and shrinks the old ones within the surge and the unavailability that are allowed.</summary>
internal static class RollingUpdate
{
    public static void Step(RolloutState state)
    {
        var current = state.EnsureNew();
        var size = RolloutState.Replicas(current) > state.Desired ? state.Desired : NewSize(state, current);
        if (size != RolloutState.Replicas(current) && state.Scale(current, size)) { return; }
        if (ShrinkOld(state)) { return; }
        if (DeploymentStatusPlan.IsComplete(state.Deployment, state.Deployment.Status)) { RevisionHistory.CleanUp(state); }
    }

    /// <summary>How many replicas the new set may have while the others have theirs.</summary>
    public static int NewSize(RolloutState state, V1ReplicaSet current)
    {
        if (!RolloutLimits.IsRolling(state.Deployment)) { return state.Desired; }
        var room = state.Desired + state.Limits.MaxSurge - state.All.Sum(RolloutState.Replicas);
        return room <= 0 ? RolloutState.Replicas(current) : RolloutState.Replicas(current) + Math.Min(room, state.Desired - RolloutState.Replicas(current));
    }

    private static bool ShrinkOld(RolloutState state)
    {
        if (state.Old.Sum(RolloutState.Replicas) == 0 || state.New is not { } current) { return false; }
        var minAvailable = state.Desired - state.Limits.MaxUnavailable;
        var newUnavailable = RolloutState.Replicas(current) - RolloutState.Available(current);
        var spare = state.All.Sum(RolloutState.Replicas) - minAvailable - newUnavailable;
        if (spare <= 0) { return false; }
        var dropped = DropUnhealthy(state, spare);
        // Bounded by what is wanted too: a status that lags behind the last step shows pods that are already given up.
        dropped += DropHealthy(state, minAvailable, spare - dropped);
        return dropped > 0;
    }

    // What does not run well costs no availability: it goes first.
    private static int DropUnhealthy(RolloutState state, int most)
        => Drop(state, most, static set => RolloutState.Replicas(set) - RolloutState.Available(set));

    private static int DropHealthy(RolloutState state, int minAvailable, int most)
        => Drop(state, Math.Min(most, state.All.Sum(RolloutState.Available) - minAvailable), RolloutState.Replicas);

    private static int Drop(RolloutState state, int most, Func<V1ReplicaSet, int> droppable)
    {
        var dropped = 0;
        foreach (var set in state.Old.ToList())
        {
            if (dropped >= most) { break; }
            var count = Math.Min(most - dropped, Math.Min(droppable(set), RolloutState.Replicas(set)));
            if (count <= 0) { continue; }
            state.Scale(set, RolloutState.Replicas(set) - count);
            dropped += count;
        }

        return dropped;
    }
}
