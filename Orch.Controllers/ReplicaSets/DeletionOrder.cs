using System.Globalization;
using System.Numerics;
using k8s.Models;
using Orch.Controllers.Pods;

namespace Orch.Controllers.ReplicaSets;

/// <summary>Which pod of a replica set to give up first: the one that is missed least.</summary>
/// <remarks>
/// Unassigned, then pending, unknown, not ready; then the lower deletion cost, the node with more of the same, the later ready, the
/// more often restarted, the newer. Ages are compared by order of magnitude, as upstream does, so that scaling down does not
/// always hit the newest zone; within one magnitude the uid decides.
/// </remarks>
internal sealed class DeletionOrder(IReadOnlyDictionary<string, int> podsOnNode, DateTimeOffset now) : IComparer<V1Pod>
{
    private const string CostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    public int Compare(V1Pod? x, V1Pod? y)
    {
        if (ReferenceEquals(x, y) || x is null || y is null) { return 0; }
        var order = x.IsAssigned().CompareTo(y.IsAssigned());
        if (order == 0) { order = PhaseRank(x).CompareTo(PhaseRank(y)); }
        if (order == 0) { order = x.IsReady().CompareTo(y.IsReady()); }
        if (order == 0) { order = Cost(x).CompareTo(Cost(y)); }
        if (order == 0) { order = Crowd(y).CompareTo(Crowd(x)); }
        if (order == 0 && x.IsReady() && y.IsReady()) { order = ByAge(x.Condition("Ready")!.LastTransitionTime, y.Condition("Ready")!.LastTransitionTime, x, y); }
        if (order == 0) { order = Restarts(y).CompareTo(Restarts(x)); }
        if (order == 0) { order = ByAge(x.Metadata.CreationTimestamp, y.Metadata.CreationTimestamp, x, y); }
        return order;
    }

    private static int PhaseRank(V1Pod pod) => pod.Status?.Phase switch { "Pending" => 0, "Unknown" => 1, "Running" => 2, _ => 0 };

    private static int Cost(V1Pod pod)
        => pod.Metadata.Annotations is { } annotations && annotations.TryGetValue(CostAnnotation, out var text)
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost)
            && !(text.Length > 1 && text[0] is '0' or '+') ? cost : 0;

    private static int Restarts(V1Pod pod) => pod.Status?.ContainerStatuses is { Count: > 0 } statuses ? statuses.Max(static status => status.RestartCount) : 0;

    private int Crowd(V1Pod pod) => podsOnNode.GetValueOrDefault(pod.Spec?.NodeName ?? string.Empty);

    private int ByAge(DateTime? left, DateTime? right, V1Pod x, V1Pod y)
    {
        if (left == right) { return 0; }
        if (left is null) { return -1; }
        if (right is null) { return 1; }
        var order = Magnitude(left.Value).CompareTo(Magnitude(right.Value));
        return order != 0 ? order : string.CompareOrdinal(x.Metadata.Uid, y.Metadata.Uid);
    }

    private int Magnitude(DateTime since)
    {
        var nanoseconds = (now - since.ToUtc()).TotalNanoseconds;
        return nanoseconds < 1 ? -1 : BitOperations.Log2((ulong)nanoseconds);
    }
}
