using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>How pods are printed.</summary>
internal static class PodColumns
{
    /// <summary>Of a pod whose containers have all done their work.</summary>
    public static readonly RowCondition Succeeded = new("Succeeded", "The pod has completed successfully.");

    /// <summary>Of a pod that will not run again.</summary>
    public static readonly RowCondition Failed = new("Failed", "The pod failed.");

    /// <summary>The columns after the name.</summary>
    public static IReadOnlyList<PrinterColumn> All { get; } =
    [
        new("Ready", "string", static (item, _) => Ready((V1Pod)item)) { Description = "The aggregate readiness state of this pod for accepting traffic." },
        new("Status", "string", static (item, _) => PodStatusText.Of((V1Pod)item)) { Description = "The aggregate status of the containers in this pod." },
        new("Restarts", "string", static (item, now) => Restarts((V1Pod)item, now)) { Description = "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted." },
        PrinterColumns.Age,
        new("IP", "string", static (item, _) => Or(((V1Pod)item).Status?.PodIPs is { Count: > 0 } ips ? ips[0].Ip : ((V1Pod)item).Status?.PodIP)) { Priority = 1, Description = "podIP address allocated to the pod. Routable at least within the cluster. Empty if not yet allocated." },
        new("Node", "string", static (item, _) => Or(((V1Pod)item).Spec?.NodeName)) { Priority = 1, Description = "NodeName indicates in which node this pod is scheduled. If empty, this pod is a candidate for scheduling by the scheduler defined in schedulerName. Once this field is set, the kubelet for this node becomes responsible for the lifecycle of this pod. This field should not be used to express a desire for the pod to be scheduled on a specific node. https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename" },
        new("Nominated Node", "string", static (item, _) => Or(((V1Pod)item).Status?.NominatedNodeName)) { Priority = 1, Description = "nominatedNodeName is set only when this pod preempts other pods on the node, but it cannot be scheduled right away as preemption victims receive their graceful termination periods. This field does not guarantee that the pod will be scheduled on this node. Scheduler may decide to place the pod elsewhere if other nodes become available sooner. Scheduler may also decide to give the resources on this node to a higher priority pod that is created after preemption. As a result, this field may be different than PodSpec.nodeName when the pod is scheduled." },
        new("Readiness Gates", "string", static (item, _) => Gates((V1Pod)item)) { Priority = 1, Description = "If specified, all readiness gates will be evaluated for pod readiness. A pod is ready when all its containers are ready AND all conditions specified in the readiness gates have status equal to \"True\" More info: https://git.k8s.io/enhancements/keps/sig-network/580-pod-readiness-gates" },
    ];

    private static string Or(string? text) => string.IsNullOrEmpty(text) ? Printing.None : text;

    private static string Ready(V1Pod pod)
    {
        var (ready, total) = (0, pod.Spec?.Containers?.Count ?? 0);
        foreach (var container in pod.Spec?.InitContainers ?? [])
        {
            if (container.RestartPolicy != "Always") { continue; }
            total++;
            if (Find(pod.Status?.InitContainerStatuses, container.Name) is { Started: true, Ready: true }) { ready++; }
        }

        foreach (var status in pod.Status?.ContainerStatuses ?? [])
        {
            if (status.Ready && status.State?.Running is not null) { ready++; }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{ready}/{total}");
    }

    private static string Restarts(V1Pod pod, DateTimeOffset now)
    {
        var (restarts, sidecars) = (0, 0);
        DateTime? last = null;
        var initializing = PodStatusText.IsInitializing(pod);
        foreach (var status in pod.Status?.InitContainerStatuses ?? [])
        {
            var isSidecar = PodStatusText.IsSidecar(pod, status.Name);
            if (!initializing && !isSidecar) { continue; }
            if (initializing) { restarts += status.RestartCount; }
            else { sidecars += status.RestartCount; }
            last = Later(last, status.LastState?.Terminated?.FinishedAt);
        }

        if (!initializing || PodStatusText.IsInitialized(pod))
        {
            restarts = sidecars;
            foreach (var status in pod.Status?.ContainerStatuses ?? [])
            {
                restarts += status.RestartCount;
                last = Later(last, status.LastState?.Terminated?.FinishedAt);
            }
        }

        var count = restarts.ToString(CultureInfo.InvariantCulture);
        return restarts != 0 && last is not null ? $"{count} ({Printing.Since(last, now)} ago)" : count;
    }

    private static string Gates(V1Pod pod)
    {
        if (pod.Spec?.ReadinessGates is not { Count: > 0 } gates) { return Printing.None; }
        var met = gates.Count(gate => pod.Status?.Conditions?.Any(condition => condition.Type == gate.ConditionType && condition.Status == "True") == true);
        return string.Create(CultureInfo.InvariantCulture, $"{met}/{gates.Count}");
    }

    private static V1ContainerStatus? Find(IList<V1ContainerStatus>? statuses, string name)
    {
        foreach (var status in statuses ?? [])
        {
            if (status.Name == name) { return status; }
        }

        return null;
    }

    private static DateTime? Later(DateTime? one, DateTime? other) => one is null || other > one ? other ?? one : one;
}
