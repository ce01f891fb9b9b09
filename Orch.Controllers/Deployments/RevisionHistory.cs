using Orch.Resources;

namespace Orch.Controllers.Deployments;

/// <summary>Keeps as many emptied replica sets to roll back to as the deployment asks for.</summary>
internal static class RevisionHistory
{
    public static void CleanUp(RolloutState state)
    {
        if (state.Deployment.Spec.RevisionHistoryLimit is not { } limit) { return; }
        var kept = state.Old.Where(static set => !set.IsDeleting()).OrderBy(static set => DeploymentAnnotations.RevisionOf(set)).ToList();
        foreach (var set in kept.Take(kept.Count - limit))
        {
            var isEmpty = RolloutState.Replicas(set) == 0 && (set.Status?.Replicas ?? 0) == 0 && (set.Metadata.Generation ?? 0) <= (set.Status?.ObservedGeneration ?? 0);
            if (isEmpty) { state.Delete(set); }
        }
    }
}
