using k8s.Models;
using Orch.Kubelet.Events;
using Orch.Kubelet.Probes;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Stops containers: hook, signal, and force at the end of the grace period.</summary>
internal sealed class ContainerKiller(IContainerRuntime runtime, LifecycleHooks hooks, IEvents events, TimeProvider time)
{
    // Even without grace a process gets a moment to end by itself.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    public async Task KillAsync(PodRecord record, ContainerStatus status, string? message, TimeSpan grace, CancellationToken cancellationToken)
    {
        var container = record.Pod.FindContainer(status.Name);
        events.Normal(record.Pod, "Killing", message ?? $"Stopping container {status.Name}", status.Name);
        var began = time.GetTimestamp();
        if (grace > TimeSpan.Zero && container?.Lifecycle?.PreStop is { } hook)
        {
            var target = new HandlerTarget(record.Pod, container, status.Id, record.Addresses.Count > 0 ? record.Addresses[0] : string.Empty);
            if (await hooks.RunAsync(target, hook, grace, cancellationToken).ConfigureAwait(false) is { } failure)
            {
                events.Warning(record.Pod, "FailedPreStopHook", $"PreStopHook failed: {failure}", status.Name);
            }
        }

        var left = grace - time.GetElapsedTime(began);
        await runtime.StopContainerAsync(status.Id, left > LeastGrace ? left : LeastGrace, cancellationToken).ConfigureAwait(false);
    }

    public Task KillAllAsync(PodRecord record, IEnumerable<ContainerKill> kills, CancellationToken cancellationToken)
        => Task.WhenAll(kills.Select(kill => KillAsync(record, kill.Container, kill.Message, Grace(record.Pod, kill), cancellationToken)));

    /// <summary>Stops all that runs: apps at once, then sidecars, the last one first.</summary>
    public async Task KillPodAsync(PodRecord record, PodRuntimeState state, TimeSpan grace, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var running = state.Containers.Where(static c => c.State is ContainerState.Running or ContainerState.Unknown).ToList();
        var sidecars = record.Pod.InitContainers().Where(static c => c.IsSidecar()).Select(static c => c.Name).ToList();
        await Task.WhenAll(running.Where(c => !sidecars.Contains(c.Name)).Select(c => KillAsync(record, c, null, grace, cancellationToken))).ConfigureAwait(false);
        foreach (var name in Enumerable.Reverse(sidecars))
        {
            foreach (var sidecar in running.Where(c => c.Name == name))
            {
                var left = grace - time.GetElapsedTime(began);
                await KillAsync(record, sidecar, null, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan Grace(V1Pod pod, ContainerKill kill) => kill.GraceSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : pod.GracePeriod();
}
