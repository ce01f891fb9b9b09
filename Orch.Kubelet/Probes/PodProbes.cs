using System.Collections.Concurrent;
using k8s.Models;
using Orch.Kubelet.Events;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Probes;

/// <summary>Probes every running container that asks for it, and remembers what came out.</summary>
internal sealed class PodProbes(IProber prober, IEvents events, TimeProvider time) : IProbeVerdicts, IDisposable
{
    private readonly ConcurrentDictionary<ContainerId, Probed> _containers = new();

    /// <summary>Called with a pod's uid when a verdict about one of its containers has changed.</summary>
    public event Action<string>? Changed;

    /// <summary>Begins with containers that run now, and ends with those that do not any more.</summary>
    public void Follow(V1Pod pod, PodRuntimeState state, string address)
    {
        var uid = pod.Metadata.Uid;
        var running = state.Containers.Where(static c => c.State == ContainerState.Running).ToDictionary(static c => c.Id);
        foreach (var (id, probed) in _containers)
        {
            if (probed.PodUid == uid && !running.ContainsKey(id) && _containers.TryRemove(id, out _)) { probed.Stop(); }
        }

        foreach (var (id, status) in running)
        {
            if (_containers.ContainsKey(id) || pod.FindContainer(status.Name) is not { } container) { continue; }
            if ((container.LivenessProbe ?? container.ReadinessProbe ?? container.StartupProbe) is null) { continue; }
            var probed = new Probed(uid, container, prober, events, time);
            _containers[id] = probed;
            Adopt(pod, probed, status);
            probed.Start(new HandlerTarget(pod, container, id, address), status.StartedAt ?? status.CreatedAt, () => Changed?.Invoke(uid));
        }
    }

    /// <summary>No more restarts: only readiness is still of interest.</summary>
    public void StopRestarts(string uid)
    {
        foreach (var probed in _containers.Values.Where(p => p.PodUid == uid)) { probed.StopRestarts(); }
    }

    public void Forget(string uid)
    {
        foreach (var (id, probed) in _containers)
        {
            if (probed.PodUid == uid && _containers.TryRemove(id, out _)) { probed.Stop(); }
        }
    }

    public bool HasStarted(string uid, V1Container container, ContainerStatus status)
        => status.State == ContainerState.Running && (container.StartupProbe is null || (_containers.TryGetValue(status.Id, out var probed) && probed.HasStarted));

    public bool IsReady(string uid, V1Container container, ContainerStatus status)
        => HasStarted(uid, container, status)
            && (container.ReadinessProbe is null || (_containers.TryGetValue(status.Id, out var probed) && probed.Readiness?.Verdict == ProbeVerdict.Success));

    public string? MustRestart(string uid, V1Container container, ContainerStatus status)
        => !_containers.TryGetValue(status.Id, out var probed) ? null
            : probed.Startup?.Verdict == ProbeVerdict.Failure ? "startup"
            : probed.Liveness?.Verdict == ProbeVerdict.Failure ? "liveness"
            : null;

    public void Dispose()
    {
        foreach (var (id, probed) in _containers)
        {
            if (_containers.TryRemove(id, out _)) { probed.Stop(); }
        }
    }

    // After a restart of the agent a pod that was ready stays so until a probe says otherwise.
    private static void Adopt(V1Pod pod, Probed probed, ContainerStatus status)
    {
        var known = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? [])
            .FirstOrDefault(s => s.Name == status.Name && s.ContainerID?.EndsWith("://" + status.Id.Value, StringComparison.Ordinal) == true);
        if (known is null) { return; }
        if (known.Ready) { probed.Readiness?.Assume(ProbeVerdict.Success); }
        if (known.Started == true) { probed.Startup?.Assume(ProbeVerdict.Success); }
    }

    private sealed class Probed
    {
        public Probed(string podUid, V1Container container, IProber prober, IEvents events, TimeProvider time)
        {
            PodUid = podUid;
            ProbeLoop? Make(ProbeKind kind, V1Probe? probe) => probe is null ? null : new ProbeLoop(kind, probe, prober, events, time);
            Readiness = Make(ProbeKind.Readiness, container.ReadinessProbe);
            Liveness = Make(ProbeKind.Liveness, container.LivenessProbe);
            Startup = Make(ProbeKind.Startup, container.StartupProbe);
        }

        public string PodUid { get; }

        public ProbeLoop? Readiness { get; }

        public ProbeLoop? Liveness { get; private set; }

        public ProbeLoop? Startup { get; private set; }

        public bool HasStarted => Startup is null || Startup.Verdict == ProbeVerdict.Success;

        public void Start(HandlerTarget target, DateTimeOffset startedAt, Action onChanged)
        {
            Readiness?.Start(target, startedAt, () => HasStarted, onChanged);
            Liveness?.Start(target, startedAt, () => HasStarted, onChanged);
            if (Startup?.Verdict != ProbeVerdict.Success) { Startup?.Start(target, startedAt, static () => true, onChanged); }
        }

        public void StopRestarts()
        {
            Liveness?.Dispose();
            Liveness = null;
            if (Startup?.Verdict != ProbeVerdict.Success) { Startup?.Dispose(); }
        }

        public void Stop()
        {
            Readiness?.Dispose();
            Liveness?.Dispose();
            Startup?.Dispose();
        }
    }
}
