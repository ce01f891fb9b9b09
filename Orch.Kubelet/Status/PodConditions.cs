using k8s.Models;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Status;

/// <summary>The conditions that the node agent owns in a pod's status.</summary>
internal static class PodConditions
{
    public const string ReadyToStartContainers = "PodReadyToStartContainers";
    public const string Initialized = nameof(Initialized);
    public const string Ready = nameof(Ready);
    public const string ContainersReady = nameof(ContainersReady);
    public const string Scheduled = "PodScheduled";

    private static readonly string[] Owned = [ReadyToStartContainers, Initialized, Ready, ContainersReady, Scheduled];

    public static bool IsOwned(string type) => Owned.Contains(type);

    /// <summary>The conditions of a status; those of others are kept, and transition times where nothing changed.</summary>
    public static List<V1PodCondition> Build(V1Pod pod, V1PodStatus status, bool hasSandbox, DateTime now)
    {
        var previous = pod.Status?.Conditions ?? [];
        var result = previous.Where(static c => !Owned.Contains(c.Type)).ToList();
        var containersReady = OfContainersReady(pod, status);
        V1PodCondition[] fresh =
        [
            Condition(ReadyToStartContainers, hasSandbox, null, null),
            OfInitialized(pod, status),
            OfReady(pod, containersReady, previous),
            containersReady,
            Condition(Scheduled, true, null, null),
        ];
        foreach (var condition in fresh)
        {
            var old = previous.FirstOrDefault(c => c.Type == condition.Type);
            condition.LastTransitionTime = old is not null && old.Status == condition.Status && old.LastTransitionTime is not null ? old.LastTransitionTime : now;
            condition.ObservedGeneration = pod.Metadata.Generation;
            result.Add(condition);
        }

        return result;
    }

    private static V1PodCondition OfInitialized(V1Pod pod, V1PodStatus status)
    {
        if (status.Phase == PodPhase.Succeeded) { return Condition(Initialized, true, "PodCompleted", null); }
        var incomplete = pod.InitContainers()
            .Where(c => status.InitContainerStatuses?.FirstOrDefault(s => s.Name == c.Name) is not { } s || !(c.IsSidecar() ? s.Started == true || s.RestartCount > 0 : s.Ready))
            .Select(static c => c.Name).ToList();
        // Init containers ran if app containers have: they may have been collected since.
        var began = status.ContainerStatuses?.Any(static s => s.State?.Running is not null || s.State?.Terminated is not null || s.LastState?.Terminated is not null) == true;
        return incomplete.Count == 0 || began
            ? Condition(Initialized, true, null, null)
            : Condition(Initialized, false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
    }

    private static V1PodCondition OfContainersReady(V1Pod pod, V1PodStatus status)
    {
        if (status.Phase == PodPhase.Failed) { return Condition(ContainersReady, false, "PodFailed", null); }
        if (status.Phase == PodPhase.Succeeded) { return Condition(ContainersReady, false, "PodCompleted", null); }
        var unready = pod.InitContainers().Where(static c => c.IsSidecar()).Concat(pod.Spec.Containers)
            .Where(c => (status.ContainerStatuses ?? []).Concat(status.InitContainerStatuses ?? []).FirstOrDefault(s => s.Name == c.Name) is not { Ready: true })
            .Select(static c => c.Name).ToList();
        return unready.Count == 0
            ? Condition(ContainersReady, true, null, null)
            : Condition(ContainersReady, false, "ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
    }

    private static V1PodCondition OfReady(V1Pod pod, V1PodCondition containersReady, IList<V1PodCondition> previous)
    {
        if (containersReady.Status != "True") { return Condition(Ready, false, containersReady.Reason, containersReady.Message); }
        var messages = new List<string>();
        foreach (var gate in pod.Spec.ReadinessGates ?? [])
        {
            var condition = previous.FirstOrDefault(c => c.Type == gate.ConditionType);
            if (condition is null)
            {
                messages.Add($"corresponding condition of pod readiness gate \"{gate.ConditionType}\" does not exist.");
            }
            else if (condition.Status != "True")
            {
                messages.Add($"the status of pod readiness gate \"{gate.ConditionType}\" is not \"True\", but {condition.Status}");
            }
        }

        return messages.Count == 0 ? Condition(Ready, true, null, null) : Condition(Ready, false, "ReadinessGatesNotReady", string.Join(", ", messages));
    }

    private static V1PodCondition Condition(string type, bool isTrue, string? reason, string? message)
        => new() { Type = type, Status = isTrue ? "True" : "False", Reason = reason, Message = message };
}
