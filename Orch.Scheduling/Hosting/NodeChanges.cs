using k8s.Models;

namespace Orch.Scheduling.Hosting;

/// <summary>Tells which changes of a node may matter to a waiting pod; a heartbeat does not.</summary>
internal static class NodeChanges
{
    public static ClusterChange Between(V1Node old, V1Node now)
    {
        var change = ClusterChange.None;
        if (!SameQuantities(old.Status?.Allocatable, now.Status?.Allocatable)) { change |= ClusterChange.NodeAllocatable; }
        if (!SameEntries(old.Metadata.Labels, now.Metadata.Labels)) { change |= ClusterChange.NodeLabels; }
        if (!SameTaints(old.Spec, now.Spec)) { change |= ClusterChange.NodeTaints; }
        if (!SameConditions(old.Status?.Conditions, now.Status?.Conditions)) { change |= ClusterChange.NodeStatus; }
        return change;
    }

    public static bool SameEntries(IDictionary<string, string>? left, IDictionary<string, string>? right)
    {
        if (ReferenceEquals(left, right)) { return true; }
        if ((left?.Count ?? 0) != (right?.Count ?? 0)) { return false; }
        foreach (var (key, value) in left ?? new Dictionary<string, string>())
        {
            if (!right!.TryGetValue(key, out var other) || other != value) { return false; }
        }

        return true;
    }

    private static bool SameQuantities(IDictionary<string, ResourceQuantity>? left, IDictionary<string, ResourceQuantity>? right)
        => SameEntries(Texts(left), Texts(right));

    private static Dictionary<string, string>? Texts(IDictionary<string, ResourceQuantity>? quantities)
        => quantities?.ToDictionary(entry => entry.Key, entry => entry.Value.ToString());

    private static bool SameTaints(V1NodeSpec? left, V1NodeSpec? right)
        => (left?.Unschedulable ?? false) == (right?.Unschedulable ?? false)
            && Lines(left?.Taints, taint => $"{taint.Key}={taint.Value}:{taint.Effect}").SequenceEqual(Lines(right?.Taints, taint => $"{taint.Key}={taint.Value}:{taint.Effect}"));

    private static bool SameConditions(IList<V1NodeCondition>? left, IList<V1NodeCondition>? right)
        => Lines(left, condition => $"{condition.Type}={condition.Status}").SequenceEqual(Lines(right, condition => $"{condition.Type}={condition.Status}"));

    private static IEnumerable<string> Lines<T>(IList<T>? items, Func<T, string> line) => (items ?? []).Select(line).Order(StringComparer.Ordinal);
}
