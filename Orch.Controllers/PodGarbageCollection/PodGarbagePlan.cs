using k8s.Models;
using Orch.Controllers.Nodes;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.PodGarbageCollection;

/// <summary>Pods that nobody else will delete.</summary>
/// <param name="Orphaned">Their node does not exist, as far as the cache knows.</param>
/// <param name="Terminated">Finished, and more than are kept; oldest first.</param>
/// <param name="UnscheduledTerminating">Being deleted, and never bound to a node that could stop them.</param>
/// <param name="OutOfService">Being deleted on a node that an administrator has declared dead.</param>
internal sealed record PodGarbagePlan(
    IReadOnlyList<V1Pod> Orphaned, IReadOnlyList<V1Pod> Terminated, IReadOnlyList<V1Pod> UnscheduledTerminating, IReadOnlyList<V1Pod> OutOfService)
{
    /// <param name="threshold">Finished pods that may stay; 0 or less for all.</param>
    public static PodGarbagePlan For(IReadOnlyCollection<V1Pod> pods, Func<string, V1Node?> findNode, int threshold)
    {
        var finished = pods.Where(static pod => pod.IsFinished()).ToList();
        var surplus = threshold > 0 ? finished.Count - threshold : 0;
        return new PodGarbagePlan(
            [.. pods.Where(pod => pod.IsAssigned() && findNode(pod.Spec.NodeName) is null)],
            surplus <= 0 ? [] : [.. finished.OrderByDescending(static pod => pod.Status.Reason == "Evicted").ThenBy(static pod => pod.Metadata.CreationTimestamp).ThenBy(static pod => pod.Key()).Take(surplus)],
            [.. pods.Where(static pod => pod.IsDeleting() && !pod.IsAssigned())],
            [.. pods.Where(pod => pod.IsDeleting() && pod.IsAssigned() && findNode(pod.Spec.NodeName) is { } node && IsOutOfService(node))]);
    }

    private static bool IsOutOfService(V1Node node)
        => NodeFacts.ReadyStatus(node) != "True" && node.Spec?.Taints?.Any(static taint => taint.Key == NodeFacts.OutOfServiceTaint) == true;
}
