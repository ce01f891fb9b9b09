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
        if (status.Conditions is not { Count: > 0 } || old.Conditions?.Any(static condition => (condition.ObservedGeneration ?? 0) != 0) != true) { return; }

        // There may be several conditions of one type; they are taken in their order.
        var before = new Dictionary<string, Queue<long?>>(StringComparer.Ordinal);
        foreach (var condition in old.Conditions)
        {
            if (!before.TryGetValue(condition.Type ?? string.Empty, out var known)) { before.Add(condition.Type ?? string.Empty, known = new Queue<long?>()); }
            known.Enqueue(condition.ObservedGeneration);
        }

        foreach (var condition in status.Conditions)
        {
            var generation = before.TryGetValue(condition.Type ?? string.Empty, out var known) && known.TryDequeue(out var first) ? first : null;
            if ((condition.ObservedGeneration ?? 0) == 0) { condition.ObservedGeneration = generation; }
        }
    }
}
