using k8s.Models;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Status;

/// <summary>Tells in the API's words how containers fare.</summary>
internal static class ContainerStatuses
{
    public const string Creating = "ContainerCreating";
    public const string Initializing = "PodInitializing";
    public const string Lost = "ContainerStatusUnknown";

    public static List<V1ContainerStatus> Build(V1Pod pod, IEnumerable<V1Container> containers, IList<V1ContainerStatus>? previous, PodRuntimeState state, PodStatusInputs inputs)
    {
        var hasInit = pod.InitContainers().Count > 0;
        var result = new List<V1ContainerStatus>();
        foreach (var container in containers)
        {
            var isInit = pod.InitContainers().Contains(container);
            var old = previous?.FirstOrDefault(s => s.Name == container.Name);
            result.Add(Build(pod, container, old, state, inputs, hasInit && !isInit ? Initializing : Creating));
        }

        return result;
    }

    private static V1ContainerStatus Build(V1Pod pod, V1Container container, V1ContainerStatus? old, PodRuntimeState state, PodStatusInputs inputs, string defaultReason)
    {
        var history = state.Containers.Where(c => c.Name == container.Name).ToList();
        if (history.Count == 0) { return WithoutContainer(container, old, inputs, defaultReason); }

        var newest = history[0];
        var current = StateOf(newest, inputs);
        var last = history.Count > 1 ? new V1ContainerState { Terminated = StateOf(history[1], inputs).Terminated } : KeepLast(old, newest);
        if (current.Terminated is not null && inputs.Waiting.TryGetValue(container.Name, out var waiting) && !inputs.IsTerminal)
        {
            last = current;
            current = new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = waiting.Reason, Message = waiting.Message } };
        }
        else if (newest.State == ContainerState.Created)
        {
            current = new V1ContainerState { Waiting = Waiting(container, inputs, defaultReason) };
        }

        var isRunning = current.Running is not null;
        var started = isRunning && inputs.Probes.HasStarted(pod.Metadata.Uid, container, newest);
        var isEphemeral = pod.Spec.EphemeralContainers?.Any(c => c.Name == container.Name) == true;
        var isRegularInit = pod.InitContainers().Contains(container) && !container.IsSidecar();
        return new V1ContainerStatus
        {
            Name = container.Name,
            Image = newest.Image,
            ImageID = newest.ImageReference,
            ContainerID = FormatId(inputs.RuntimeName, newest.Id),
            RestartCount = newest.Attempt,
            State = current,
            LastState = last ?? new V1ContainerState(),
            Started = isEphemeral ? null : started,
            Ready = isRegularInit
                ? current.Terminated is { ExitCode: 0 }
                : !isEphemeral && started && inputs.Probes.IsReady(pod.Metadata.Uid, container, newest),
            Resources = isRunning && container.Resources is { } resources && (resources.Limits ?? resources.Requests) is not null
                ? new V1ResourceRequirements { Limits = resources.Limits, Requests = resources.Requests } : null,
            AllocatedResources = isRunning && container.Resources?.Requests is { Count: > 0 } requests ? requests : null,
        };
    }

    public static string FormatId(string runtime, ContainerId id) => $"{runtime}://{id}";

    private static V1ContainerStatus WithoutContainer(V1Container container, V1ContainerStatus? old, PodStatusInputs inputs, string defaultReason)
    {
        if (old?.State?.Terminated is not null && !inputs.Waiting.ContainsKey(container.Name))
        {
            // Its remains were collected; what it ended with stays true.
            return old;
        }

        var status = new V1ContainerStatus
        {
            Name = container.Name,
            Image = container.Image ?? string.Empty,
            ImageID = string.Empty,
            RestartCount = old?.RestartCount ?? 0,
            Ready = false,
            Started = false,
            State = new V1ContainerState { Waiting = Waiting(container, inputs, defaultReason) },
            LastState = old?.LastState ?? new V1ContainerState(),
        };
        if (old?.State?.Running is not null)
        {
            var lost = new V1ContainerStateTerminated
            {
                ExitCode = 137,
                Reason = Lost,
                Message = "The container could not be located when the pod was terminated",
                ContainerID = old.ContainerID,
            };
            if (inputs.IsTerminal) { status.State = new V1ContainerState { Terminated = lost }; }
            else { status.LastState = new V1ContainerState { Terminated = lost }; }
        }
        else if (inputs.IsTerminal)
        {
            status.State = new V1ContainerState
            {
                Terminated = new V1ContainerStateTerminated { ExitCode = 137, Reason = Lost, Message = "The container could not be located when the pod was terminated" },
            };
        }

        return status;
    }

    private static V1ContainerStateWaiting Waiting(V1Container container, PodStatusInputs inputs, string defaultReason)
        => inputs.Waiting.TryGetValue(container.Name, out var reason)
            ? new V1ContainerStateWaiting { Reason = reason.Reason, Message = reason.Message }
            : new V1ContainerStateWaiting { Reason = defaultReason };

    private static V1ContainerState StateOf(ContainerStatus status, PodStatusInputs inputs)
        => status.State switch
        {
            ContainerState.Running => new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = WholeSeconds(status.StartedAt ?? status.CreatedAt) } },
            ContainerState.Exited => new V1ContainerState
            {
                Terminated = new V1ContainerStateTerminated
                {
                    ContainerID = FormatId(inputs.RuntimeName, status.Id),
                    ExitCode = status.ExitCode ?? 0,
                    Reason = ReasonOf(status),
                    Message = Combine(status.Message, inputs.TerminationMessage(status)),
                    StartedAt = WholeSeconds(status.StartedAt),
                    FinishedAt = WholeSeconds(status.FinishedAt),
                },
            },
            _ => new V1ContainerState { Waiting = new V1ContainerStateWaiting { Reason = Creating } },
        };

    private static string ReasonOf(ContainerStatus status)
        => status.IsOutOfMemory ? "OOMKilled"
            : status.ExitCode == 0 ? "Completed"
            : status.StartedAt is null ? "StartError"
            : "Error";

    private static string? Combine(string engine, string? message)
        => string.IsNullOrEmpty(message) ? (engine.Length == 0 ? null : engine) : message;

    // The container before the newest may have been collected: then the API remembers it.
    private static V1ContainerState? KeepLast(V1ContainerStatus? old, ContainerStatus newest)
        => old is null ? null
            : old.RestartCount == newest.Attempt ? old.LastState
            : old.State?.Terminated is { } terminated ? new V1ContainerState { Terminated = terminated }
            : old.LastState;

    // The API keeps whole seconds: anything finer would make the status look changed for ever.
    public static DateTime? WholeSeconds(DateTimeOffset? time)
        => time is { } value ? new DateTime(value.UtcDateTime.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, DateTimeKind.Utc) : null;
}
