using System.Globalization;
using k8s.Models;
using Orch.Kubelet.Pods;
using Orch.Kubelet.Status;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Simulation;

/// <summary>A pod's status as a node agent would write it, from containers that are only thought of; pure.</summary>
internal static class SimulatedPod
{
    /// <summary>How long its containers run; null: until it is deleted.</summary>
    public static TimeSpan? RunTime(V1Pod pod)
        => pod.Annotation(SimulationAnnotations.RunSeconds) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)) : null;

    public static V1PodStatus Running(V1Pod pod, string address, string nodeAddress, DateTimeOffset now) => Build(pod, address, nodeAddress, now, null);

    public static V1PodStatus Ended(V1Pod pod, string nodeAddress, DateTimeOffset now)
    {
        var code = int.TryParse(pod.Annotation(SimulationAnnotations.ExitCode), NumberStyles.Integer, CultureInfo.InvariantCulture, out var given) ? given : 0;
        return Build(pod, pod.Status?.PodIP ?? string.Empty, nodeAddress, now, code);
    }

    private static V1PodStatus Build(V1Pod pod, string address, string nodeAddress, DateTimeOffset now, int? exitCode)
    {
        var sandbox = new SandboxStatus(new SandboxId(pod.Metadata.Uid), pod.Reference(), 0) { IsReady = true, CreatedAt = now };
        var startedAt = pod.Status?.StartTime is { } start ? new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc)) : now;
        var containers = pod.AllContainers().Select(container =>
        {
            var isInit = pod.InitContainers().Contains(container) && !container.IsSidecar();
            var ended = isInit ? 0 : exitCode;
            return new ContainerStatus(new ContainerId($"{pod.Metadata.Uid}-{container.Name}"), sandbox.Id, container.Name, 0, ended is null ? ContainerState.Running : ContainerState.Exited)
            {
                Image = container.Image ?? string.Empty,
                ImageReference = container.Image ?? string.Empty,
                CreatedAt = startedAt,
                StartedAt = startedAt,
                FinishedAt = ended is null ? null : isInit ? startedAt : now,
                ExitCode = ended,
            };
        });
        return PodStatusBuilder.Build(pod, PodRuntimeState.From([sandbox], containers), new PodStatusInputs
        {
            Now = ContainerStatuses.WholeSeconds(now)!.Value,
            Probes = pod.Annotation(SimulationAnnotations.Ready) == "false" ? Verdicts.NeverReady : Verdicts.AlwaysReady,
            PodAddresses = address.Length == 0 ? [] : [address],
            HostAddresses = [nodeAddress],
            RuntimeName = "simulated",
            IsTerminal = exitCode is not null,
        });
    }

    private sealed class Verdicts(bool ready) : IProbeVerdicts
    {
        public static Verdicts AlwaysReady { get; } = new(true);

        public static Verdicts NeverReady { get; } = new(false);

        public bool HasStarted(string uid, V1Container container, ContainerStatus status) => true;

        public bool IsReady(string uid, V1Container container, ContainerStatus status) => ready;

        public string? MustRestart(string uid, V1Container container, ContainerStatus status) => null;
    }
}
