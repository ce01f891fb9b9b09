using k8s.Models;

namespace Orch.Controllers.Deployments;

/// <summary>Carries a new size of a deployment over to its replica sets, in the middle of a rollout in proportion to their sizes.</summary>
internal static class ReplicaScaling
{
    /// <summary>Whether the deployment's size has changed since its replica sets were last sized.</summary>
    public static bool IsPending(RolloutState state)
        => state.All.Any(set => RolloutState.Replicas(set) > 0
            && DeploymentAnnotations.Number(set, DeploymentAnnotations.DesiredReplicas) is { } desired && desired != state.Desired);

    public static void Apply(RolloutState state)
    {
        if (ActiveOrLatest(state) is { } only)
        {
            if (RolloutState.Replicas(only) != state.Desired) { state.Scale(only, state.Desired); }
        }
        else if (IsSaturated(state))
        {
            foreach (var set in Active(state.Old)) { state.Scale(set, 0); }
        }
        else if (RolloutLimits.IsRolling(state.Deployment))
        {
            Proportionally(state);
        }
    }

    private static void Proportionally(RolloutState state)
    {
        var active = Active(state.All);
        var allowed = state.Desired > 0 ? state.Desired + state.Limits.MaxSurge : 0;
        var toAdd = allowed - active.Sum(RolloutState.Replicas);
        // Growing favours the larger and newer set, shrinking the larger and older one.
        List<V1ReplicaSet> ordered = toAdd > 0
            ? [.. active.OrderByDescending(RolloutState.Replicas).ThenByDescending(static set => set.Metadata.CreationTimestamp).ThenByDescending(static set => set.Metadata.Name, StringComparer.Ordinal)]
            : [.. active.OrderByDescending(RolloutState.Replicas).ThenBy(static set => set.Metadata.CreationTimestamp).ThenBy(static set => set.Metadata.Name, StringComparer.Ordinal)];

        var sizes = new int[ordered.Count];
        var added = 0;
        for (var index = 0; index < ordered.Count; index++)
        {
            var share = toAdd == 0 ? 0 : Share(state, ordered[index], toAdd, added);
            sizes[index] = RolloutState.Replicas(ordered[index]) + share;
            added += share;
        }

        if (ordered.Count > 0 && toAdd != 0) { sizes[0] = Math.Max(0, sizes[0] + toAdd - added); }
        for (var index = 0; index < ordered.Count; index++) { state.Scale(ordered[index], sizes[index]); }
    }

    private static int Share(RolloutState state, V1ReplicaSet set, int toAdd, int added)
    {
        var left = toAdd - added;
        if (RolloutState.Replicas(set) == 0 || left == 0) { return 0; }
        var fraction = Fraction(state, set);
        return toAdd > 0 ? Math.Min(fraction, left) : Math.Max(fraction, left);
    }

    private static int Fraction(RolloutState state, V1ReplicaSet set)
    {
        var replicas = RolloutState.Replicas(set);
        if (state.Desired == 0) { return -replicas; }
        var before = DeploymentAnnotations.Number(set, DeploymentAnnotations.MaxReplicas) is { } max and not 0 ? max : state.Deployment.Status?.Replicas ?? 0;
        if (before == 0) { return 0; }
        var size = (double)replicas * (state.Desired + state.Limits.MaxSurge) / before;
        return (int)Math.Round(size, MidpointRounding.AwayFromZero) - replicas;
    }

    private static V1ReplicaSet? ActiveOrLatest(RolloutState state)
    {
        var active = Active(state.All);
        return active.Count switch
        {
            0 => state.New ?? state.Old.LastOrDefault(),
            1 => active[0],
            _ => null,
        };
    }

    private static bool IsSaturated(RolloutState state)
        => state.New is { } set
            && DeploymentAnnotations.Number(set, DeploymentAnnotations.DesiredReplicas) == state.Desired
            && RolloutState.Replicas(set) == state.Desired && RolloutState.Available(set) == state.Desired;

    private static List<V1ReplicaSet> Active(IEnumerable<V1ReplicaSet> sets) => [.. sets.Where(static set => RolloutState.Replicas(set) > 0)];
}
