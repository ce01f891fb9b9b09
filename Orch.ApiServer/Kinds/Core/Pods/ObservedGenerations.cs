using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>Which generation of a pod its status is about.</summary>
internal static class ObservedGenerations
{
    /// <summary>Keeps what was there where a writer that does not know the field leaves it out.</summary>
    public static void Keep(V1PodStatus? status, V1PodStatus? old)
    {
        if (status is null || old is null) { return; }
        if ((status.ObservedGeneration ?? 0) == 0) { status.ObservedGeneration = old.ObservedGeneration; }
        if (old.Conditions is not { Count: > 0 } before) { return; }
        for (var index = 0; index < (status.Conditions?.Count ?? 0); index++)
        {
            var condition = status.Conditions![index];
            if ((condition.ObservedGeneration ?? 0) == 0) { condition.ObservedGeneration = Earlier(before, condition.Type, Rank(status.Conditions, index))?.ObservedGeneration; }
        }
    }

    // There may be several conditions of one type; they are taken in their order.
    private static int Rank(IList<V1PodCondition> conditions, int index)
    {
        var rank = 0;
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (conditions[earlier].Type == conditions[index].Type) { rank++; }
        }

        return rank;
    }

    private static V1PodCondition? Earlier(IList<V1PodCondition> conditions, string? type, int rank)
    {
        foreach (var condition in conditions)
        {
            if (condition.Type == type && rank-- == 0) { return condition; }
        }

        return null;
    }
}
