namespace Orch.Controllers.Deployments;

/// <summary>Ends every old pod before the first new one is made.</summary>
internal static class Recreate
{
    public static void Step(RolloutState state, Func<string, bool> hasRunningPods)
    {
        state.AnnotateNew();
        var shrunk = false;
        foreach (var set in state.Old.Where(static set => RolloutState.Replicas(set) > 0).ToList()) { shrunk |= state.Scale(set, 0); }
        if (shrunk || state.Old.Any(set => set.Status?.Replicas > 0 || hasRunningPods(set.Metadata.Uid))) { return; }

        var current = state.EnsureNew();
        if (RolloutState.Replicas(current) != state.Desired && state.Scale(current, state.Desired)) { return; }
        if (DeploymentStatusPlan.IsComplete(state.Deployment, state.Deployment.Status)) { RevisionHistory.CleanUp(state); }
    }
}
