using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Nodes;

/// <summary>The taints that a node's conditions call for.</summary>
internal static class NodeTaints
{
    private static readonly (string Condition, string Status, string Taint)[] ByCondition =
    [
        ("Ready", "False", NodeFacts.NotReadyTaint), ("Ready", "Unknown", NodeFacts.UnreachableTaint),
        ("MemoryPressure", "True", "node.kubernetes.io/memory-pressure"), ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"), ("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"),
    ];

    private static readonly HashSet<string> Managed = [.. ByCondition.Select(static one => one.Taint), "node.kubernetes.io/unschedulable"];

    /// <summary>The taint that drives pods away from a node in its present state; null for a ready one.</summary>
    public static string? EvictionTaint(V1Node node) => NodeFacts.ReadyStatus(node) switch { "True" => null, "False" => NodeFacts.NotReadyTaint, _ => NodeFacts.UnreachableTaint };

    public static bool HasEvictionTaint(V1Node node)
        => node.Spec?.Taints?.Any(static taint => taint.Effect == Taints.NoExecute && taint.Key is NodeFacts.NotReadyTaint or NodeFacts.UnreachableTaint) == true;

    /// <summary>The taints that the node should have: what it has of others, and what its conditions call for.</summary>
    /// <param name="evictionTaint">Key of the <c>NoExecute</c> taint it should carry; null for none.</param>
    public static List<V1Taint> For(V1Node node, string? evictionTaint, DateTimeOffset now)
    {
        var present = node.Spec?.Taints ?? [];
        // Admission marks a new node as not ready; until it reports, that stands.
        var isUnreported = node.Status.Condition("Ready") is null;
        var wanted = present.Where(taint => !IsManaged(taint) || (isUnreported && taint is { Key: NodeFacts.NotReadyTaint, Effect: Taints.NoSchedule })).ToList();
        foreach (var (condition, status, key) in ByCondition)
        {
            // A condition that was never reported calls for nothing, except that an unreported Ready is unknown.
            if (node.Status.Condition(condition)?.Status == status) { wanted.Add(Keep(present, key, Taints.NoSchedule, now)); }
        }

        if (node.Spec?.Unschedulable == true) { wanted.Add(Keep(present, "node.kubernetes.io/unschedulable", Taints.NoSchedule, now)); }
        if (evictionTaint is not null) { wanted.Add(Keep(present, evictionTaint, Taints.NoExecute, now)); }
        return wanted;
    }

    public static bool AreSame(IList<V1Taint>? present, List<V1Taint> wanted)
        => (present?.Count ?? 0) == wanted.Count && wanted.All(taint => present!.Any(one => one.IsSameMark(taint) && one.Value == taint.Value));

    private static bool IsManaged(V1Taint taint) => taint.Effect switch
    {
        Taints.NoSchedule => Managed.Contains(taint.Key),
        Taints.NoExecute => taint.Key is NodeFacts.NotReadyTaint or NodeFacts.UnreachableTaint,
        _ => false,
    };

    private static V1Taint Keep(IEnumerable<V1Taint> present, string key, string effect, DateTimeOffset now)
        => present.FirstOrDefault(taint => taint.Key == key && taint.Effect == effect) ?? new V1Taint { Key = key, Effect = effect, TimeAdded = now.UtcDateTime };
}
