using k8s.Models;

namespace Orch.Resources;

/// <summary>What is often asked of a pod.</summary>
public static class PodState
{
    /// <summary>Ready to serve: its <c>Ready</c> condition is true.</summary>
    public static bool IsReady(V1Pod pod) => pod.Status.Condition("Ready")?.Status == "True";

    /// <summary>Ready for at least a time.</summary>
    public static bool IsAvailable(V1Pod pod, TimeSpan minReady, DateTimeOffset now)
    {
        if (pod.Status.Condition("Ready") is not { Status: "True" } ready) { return false; }
        return minReady <= TimeSpan.Zero || (ready.LastTransitionTime is { } since && since + minReady <= now.UtcDateTime);
    }

    /// <summary>Finished for good: phase <c>Succeeded</c> or <c>Failed</c>.</summary>
    public static bool IsTerminated(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Neither finished nor being deleted: it counts as a replica.</summary>
    public static bool IsActive(V1Pod pod) => !IsTerminated(pod) && !pod.IsDeleting();

    /// <summary>Whether a node has been chosen.</summary>
    public static bool IsScheduled(V1Pod pod) => !string.IsNullOrEmpty(pod.Spec?.NodeName);

    /// <summary>Made by the node agent from a file, and only mirrored in the API.</summary>
    public static bool IsMirror(V1Pod pod) => pod.Annotation("kubernetes.io/config.mirror") is not null;

    /// <summary>Its priority; 0 when none was set.</summary>
    public static int Priority(V1Pod pod) => pod.Spec?.Priority ?? 0;

    /// <summary>An init container that keeps running beside the app containers.</summary>
    public static bool IsSidecar(V1Container container) => container.RestartPolicy == "Always";

    /// <summary>Init and app containers, in the order in which they start.</summary>
    public static IEnumerable<V1Container> AllContainers(V1PodSpec spec) => (spec.InitContainers ?? []).Concat(spec.Containers ?? []);

    /// <summary>Quality of service from requests and limits of cpu and memory: <c>Guaranteed</c>, <c>Burstable</c> or <c>BestEffort</c>.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/</remarks>
    public static string QosClass(V1Pod pod)
    {
        if (pod.Status?.QosClass is { Length: > 0 } known) { return known; }
        var guaranteed = true;
        var bestEffort = true;
        var resources = pod.Spec.Resources is { } whole && (whole.Requests is { Count: > 0 } || whole.Limits is { Count: > 0 })
            ? [whole]
            : AllContainers(pod.Spec).Select(static container => container.Resources);
        foreach (var amounts in resources)
        {
            foreach (var name in (string[])["cpu", "memory"])
            {
                var request = Amount(amounts?.Requests, name);
                var limit = Amount(amounts?.Limits, name);
                if (request > 0 || limit > 0) { bestEffort = false; }
                if (limit == 0 || (request > 0 && request != limit)) { guaranteed = false; }
            }
        }

        return bestEffort ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static decimal Amount(IDictionary<string, ResourceQuantity>? amounts, string name)
        => amounts is not null && amounts.TryGetValue(name, out var quantity) ? quantity.ToDecimal() : 0;
}
