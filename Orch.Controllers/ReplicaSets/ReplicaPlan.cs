using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.ReplicaSets;

/// <summary>How many pods to create, and which to delete, so that a replica set has as many as it wants.</summary>
/// <param name="Create">Pods to create now.</param>
/// <param name="Delete">Pods to delete now; one of both is empty.</param>
internal sealed record ReplicaPlan(int Create, IReadOnlyList<V1Pod> Delete)
{
    /// <summary>Most changes in one pass; the rest follows once these are seen.</summary>
    public const int Burst = 500;

    private static readonly ReplicaPlan Nothing = new(0, []);

    /// <param name="set">The replica set.</param>
    /// <param name="owned">The pods it manages.</param>
    /// <param name="related">Pods of all sets with the same owner: of those on a crowded node one goes first. Asked only when pods must go.</param>
    /// <param name="now">For the age of pods.</param>
    public static ReplicaPlan For(V1ReplicaSet set, IReadOnlyCollection<V1Pod> owned, Func<IEnumerable<V1Pod>> related, DateTimeOffset now)
    {
        if (set.IsDeleting()) { return Nothing; }
        var active = owned.Where(static pod => pod.IsActive()).ToList();
        var missing = (set.Spec.Replicas ?? 1) - active.Count;
        if (missing == 0) { return Nothing; }
        if (missing > 0) { return new ReplicaPlan(Math.Min(missing, Burst), []); }

        var surplus = Math.Min(-missing, Burst);
        if (surplus == active.Count) { return new ReplicaPlan(0, active); }
        var crowd = related().Where(static pod => pod.IsActive() && pod.IsAssigned()).GroupBy(static pod => pod.Spec.NodeName).ToDictionary(static node => node.Key, static node => node.Count());
        active.Sort(new DeletionOrder(crowd, now));
        return new ReplicaPlan(0, active[..surplus]);
    }
}
