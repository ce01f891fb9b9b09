using k8s.Models;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>What probes have found out about a pod's containers, as far as it changes what must be done.</summary>
internal interface IProbeVerdicts
{
    /// <summary>It has started: runs, and passed its startup probe if it has one.</summary>
    bool HasStarted(string uid, V1Container container, ContainerStatus status);

    /// <summary>It runs and may get traffic.</summary>
    bool IsReady(string uid, V1Container container, ContainerStatus status);

    /// <summary>The probe kind (<c>liveness</c>, <c>startup</c>) for whose failure it must be killed, or null.</summary>
    string? MustRestart(string uid, V1Container container, ContainerStatus status);
}

/// <summary>The steps that take a pod from what runs to what its spec wants; pure.</summary>
internal sealed record PodPlan
{
    /// <summary>Stop all that runs in old sandboxes and make a new one.</summary>
    public bool NeedsSandbox { get; init; }

    /// <summary>The attempt of the new sandbox.</summary>
    public int SandboxAttempt { get; init; }

    /// <summary>Nothing is left to run: the pod has succeeded or failed.</summary>
    public bool IsFinished { get; init; }

    /// <summary>Containers to stop, with why.</summary>
    public IReadOnlyList<ContainerKill> Kills { get; init; } = [];

    /// <summary>Containers to start, in order, once the kills are done.</summary>
    public IReadOnlyList<V1Container> Starts { get; init; } = [];

    public static PodPlan For(V1Pod pod, PodRuntimeState state, IProbeVerdicts probes)
    {
        if (state.ReadySandbox is not { } sandbox || sandbox.Namespaces.Network == NamespaceMode.Node != pod.IsHostNetwork())
        {
            return WithoutSandbox(pod, state);
        }

        var kills = new List<ContainerKill>();
        var starts = new List<V1Container>();
        var known = pod.AllContainers().Select(static c => c.Name).ToHashSet();
        kills.AddRange(state.Containers
            .Where(c => c.State == ContainerState.Running && (c.Sandbox != sandbox.Id || !known.Contains(c.Name) || state.Newest(c.Name) != c))
            .Select(static c => new ContainerKill(c, "Container is not the pod's any more", null)));

        var appsBegan = pod.Spec.Containers.Any(c => state.NewestIn(sandbox.Id, c.Name) is not null);
        var outcome = PlanInit(pod, state, sandbox.Id, probes, appsBegan, starts, kills);
        if (outcome == InitOutcome.Failed) { return new PodPlan { IsFinished = true, Kills = kills }; }

        var appsAlive = outcome == InitOutcome.Waiting;
        if (outcome == InitOutcome.Done || appsBegan)
        {
            appsAlive = PlanApps(pod, state, sandbox.Id, probes, starts, kills);
        }

        foreach (var container in pod.EphemeralContainers())
        {
            if (state.Newest(container.Name) is null) { starts.Add(container); }
        }

        return appsAlive ? new PodPlan { Kills = kills, Starts = starts } : new PodPlan { IsFinished = true, Kills = kills };
    }

    private static PodPlan WithoutSandbox(V1Pod pod, PodRuntimeState state)
    {
        // With nothing to restart in it, a new sandbox would only be torn down again.
        var began = pod.Spec.Containers.Any(c => state.Newest(c.Name) is not null);
        var wantsAny = pod.Spec.Containers.Any(c => state.Newest(c.Name) is not { } status
            || (status.State != ContainerState.Exited ? pod.RestartPolicy() != PodFacts.RestartNever : pod.RestartsAfter(c, status.ExitCode ?? 0)));
        var initFailed = pod.RestartPolicy() == PodFacts.RestartNever
            && pod.InitContainers().Any(c => !c.IsSidecar() && state.Newest(c.Name) is { State: ContainerState.Exited, ExitCode: not 0 });
        if (initFailed || (began && !wantsAny)) { return new PodPlan { IsFinished = true }; }

        return new PodPlan { NeedsSandbox = true, SandboxAttempt = state.Sandboxes.Count == 0 ? 0 : state.Sandboxes[0].Attempt + 1 };
    }

    private static InitOutcome PlanInit(
        V1Pod pod, PodRuntimeState state, SandboxId sandbox, IProbeVerdicts probes, bool appsBegan, List<V1Container> starts, List<ContainerKill> kills)
    {
        foreach (var container in pod.InitContainers())
        {
            var status = state.NewestIn(sandbox, container.Name);
            if (container.IsSidecar())
            {
                if (status is not { State: ContainerState.Running })
                {
                    starts.Add(container);
                }
                else if (probes.MustRestart(pod.Metadata.Uid, container, status) is { } probe)
                {
                    kills.Add(Failed(container, status, probe));
                    starts.Add(container);
                }
                else if (probes.HasStarted(pod.Metadata.Uid, container, status))
                {
                    continue;
                }

                // The next one waits until this has started; a pod that is past its initialization only keeps them up.
                if (!appsBegan) { return InitOutcome.Waiting; }
            }
            else if (!appsBegan)
            {
                switch (status)
                {
                    case { State: ContainerState.Exited, ExitCode: 0 }:
                        continue;
                    case { State: ContainerState.Running }:
                        return InitOutcome.Waiting;
                    case { State: ContainerState.Exited } when pod.RestartPolicy() == PodFacts.RestartNever:
                        return InitOutcome.Failed;
                    default:
                        starts.Add(container);
                        return InitOutcome.Waiting;
                }
            }
        }

        return InitOutcome.Done;
    }

    /// <returns>Whether an app container runs or will.</returns>
    private static bool PlanApps(V1Pod pod, PodRuntimeState state, SandboxId sandbox, IProbeVerdicts probes, List<V1Container> starts, List<ContainerKill> kills)
    {
        var alive = false;
        foreach (var container in pod.Spec.Containers)
        {
            var status = state.NewestIn(sandbox, container.Name);
            if (status is null)
            {
                // In a new sandbox a container that is done for good stays done.
                if (state.Newest(container.Name) is { State: ContainerState.Exited } old && !pod.RestartsAfter(container, old.ExitCode ?? 0)) { continue; }
                starts.Add(container);
            }
            else if (status.State == ContainerState.Running)
            {
                if (status.Image != container.Image)
                {
                    kills.Add(new ContainerKill(status, $"Container {container.Name} definition changed, will be restarted", null));
                    starts.Add(container);
                }
                else if (probes.MustRestart(pod.Metadata.Uid, container, status) is { } probe)
                {
                    kills.Add(Failed(container, status, probe));
                    if (pod.RestartPolicy() != PodFacts.RestartNever) { starts.Add(container); }
                }
            }
            else if (status.State == ContainerState.Exited)
            {
                if (!pod.RestartsAfter(container, status.ExitCode ?? 0)) { continue; }
                starts.Add(container);
            }
            else
            {
                // Created and never started, or a state that the engine cannot tell: make it anew.
                kills.Add(new ContainerKill(status, $"Container {container.Name} is in an unknown state", null));
                starts.Add(container);
            }

            alive = true;
        }

        return alive;
    }

    private static ContainerKill Failed(V1Container container, ContainerStatus status, string probe)
        => new(
            status,
            probe == "startup" ? $"Container {container.Name} failed startup probe, will be restarted" : $"Container {container.Name} failed liveness probe, will be restarted",
            (probe == "startup" ? container.StartupProbe : container.LivenessProbe)?.TerminationGracePeriodSeconds);

    private enum InitOutcome
    {
        Done,
        Waiting,
        Failed,
    }
}

/// <summary>A container to stop.</summary>
/// <param name="Container">Which.</param>
/// <param name="Message">For the event.</param>
/// <param name="GraceSeconds">In place of the pod's own; null for that.</param>
internal sealed record ContainerKill(ContainerStatus Container, string Message, long? GraceSeconds);
