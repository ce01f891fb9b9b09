using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>The one word that a table says about a pod: the most telling of phase, init progress, container reasons and deletion.</summary>
internal static class PodStatusText
{
    /// <summary>Such as <c>Running</c>, <c>Init:0/1</c>, <c>CrashLoopBackOff</c>, <c>Completed</c>, <c>Terminating</c>.</summary>
    public static string Of(V1Pod pod)
    {
        var status = pod.Status;
        var reason = string.IsNullOrEmpty(status?.Reason) ? status?.Phase ?? string.Empty : status.Reason;
        if (HasCondition(pod, "PodScheduled", static condition => condition.Reason == "SchedulingGated")) { reason = "SchedulingGated"; }
        var (initReason, initializing) = Init(pod);
        if (initReason is not null) { reason = initReason; }
        if (!initializing || IsInitialized(pod)) { reason = Containers(pod, reason); }
        if (pod.Metadata?.DeletionTimestamp is null) { return reason; }
        if (status?.Reason == "NodeLost") { return "Unknown"; }
        return status?.Phase is "Failed" or "Succeeded" ? reason : "Terminating";
    }

    /// <summary>Whether an init container still has to finish or a sidecar to start.</summary>
    public static bool IsInitializing(V1Pod pod) => Init(pod).Initializing;

    /// <summary>Whether the pod's own condition says that initialization is over.</summary>
    public static bool IsInitialized(V1Pod pod) => HasCondition(pod, "Initialized", static condition => condition.Status == "True");

    /// <summary>Whether an init container goes on running beside the others.</summary>
    public static bool IsSidecar(V1Pod pod, string name)
    {
        foreach (var container in pod.Spec?.InitContainers ?? [])
        {
            if (container.Name == name) { return container.RestartPolicy == "Always"; }
        }

        return false;
    }

    private static (string? Reason, bool Initializing) Init(V1Pod pod)
    {
        var statuses = pod.Status?.InitContainerStatuses ?? [];
        for (var index = 0; index < statuses.Count; index++)
        {
            var container = statuses[index];
            if (container.State?.Terminated is { ExitCode: 0 }) { continue; }
            if (container.Started == true && IsSidecar(pod, container.Name)) { continue; }
            if (container.State?.Terminated is { } ended) { return ($"Init:{Ended(ended)}", true); }
            if (container.State?.Waiting is { Reason: { Length: > 0 } waiting } && waiting != "PodInitializing") { return ($"Init:{waiting}", true); }
            return (string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{pod.Spec?.InitContainers?.Count ?? 0}"), true);
        }

        return (null, false);
    }

    private static string Containers(V1Pod pod, string reason)
    {
        var hasRunning = false;
        var statuses = pod.Status?.ContainerStatuses ?? [];
        for (var index = statuses.Count - 1; index >= 0; index--)
        {
            var container = statuses[index];
            if (container.State?.Waiting is { Reason: { Length: > 0 } waiting }) { reason = waiting; }
            else if (container.State?.Terminated is { } ended) { reason = Ended(ended); }
            else if (container.Ready && container.State?.Running is not null) { hasRunning = true; }
        }

        // One container has completed and another still serves: the pod as a whole runs.
        if (reason == "Completed" && hasRunning)
        {
            reason = HasCondition(pod, "Ready", static condition => condition.Status == "True") ? "Running" : "NotReady";
        }

        return reason;
    }

    private static string Ended(V1ContainerStateTerminated ended)
    {
        if (!string.IsNullOrEmpty(ended.Reason)) { return ended.Reason; }
        return ended.Signal is not (null or 0)
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{ended.Signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{ended.ExitCode}");
    }

    private static bool HasCondition(V1Pod pod, string type, Func<V1PodCondition, bool> rule)
    {
        foreach (var condition in pod.Status?.Conditions ?? [])
        {
            if (condition.Type == type && rule(condition)) { return true; }
        }

        return false;
    }
}
