using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Events;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Probes;
using Orch.Kubelet.References;
using Orch.Kubelet.Status;
using Orch.Kubelet.Volumes;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>One look at a pod: takes what runs towards what its spec wants, and tells the API how it stands.</summary>
internal sealed class PodSyncer(
    IContainerRuntime runtime,
    PodRuntimeReader reader,
    PodSandboxes sandboxes,
    ContainerStarter starter,
    ContainerKiller killer,
    PodProbes probes,
    PodVolumes volumes,
    PodStatusReporter reporter,
    ReferencedObjects references,
    PodAdmission admission,
    IEvents events,
    INodeResources node,
    IOptions<KubeletOptions> options,
    TimeProvider time)
{
    private const int KeptPerContainer = 2;

    /// <returns>When to look again, or null: nothing is left to run.</returns>
    public async Task<TimeSpan?> SyncAsync(PodRecord record, CancellationToken cancellationToken)
    {
        var pod = reporter.WithLatest(record.Pod);
        record.Pod = pod;
        if (pod.IsFinished()) { return null; }

        var untilDeadline = UntilDeadline(pod);
        if (untilDeadline <= TimeSpan.Zero)
        {
            record.Failure = new PodFailure("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            events.Normal(pod, "DeadlineExceeded", record.Failure.Message);
            return null;
        }

        references.Retain(pod);
        var state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
        if (!admission.Admit(record, state)) { return null; }
        if (state.ReadySandbox is { } adopted) { await sandboxes.ConnectAsync(record, adopted, cancellationToken).ConfigureAwait(false); }
        Follow(record, state);
        await reporter.PublishAsync(record, state, isTerminal: false, cancellationToken).ConfigureAwait(false);

        var mounted = await volumes.SetUpAsync(pod, cancellationToken).ConfigureAwait(false);
        if (!mounted.IsComplete) { return Earliest(mounted.After, untilDeadline); }

        var plan = PodPlan.For(pod, state, probes);
        if (plan.IsFinished) { return null; }

        if (plan.NeedsSandbox)
        {
            state = await RenewSandboxAsync(record, state, plan.SandboxAttempt, cancellationToken).ConfigureAwait(false);
            plan = PodPlan.For(pod, state, probes);
        }

        await killer.KillAllAsync(record, plan.Kills, cancellationToken).ConfigureAwait(false);
        if (plan.Kills.Count > 0) { state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false); }

        TimeSpan? retry = null;
        foreach (var container in plan.Starts)
        {
            if (state.ReadySandbox is not { } sandbox) { break; }
            var after = await starter.StartAsync(record, container, state, sandbox.Id, mounted.Volumes, cancellationToken).ConfigureAwait(false);
            retry = Earliest(retry, after);
        }

        await ResizeAsync(record, state, cancellationToken).ConfigureAwait(false);
        state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
        await CollectAsync(record, state, cancellationToken).ConfigureAwait(false);
        Follow(record, state);
        await reporter.PublishAsync(record, state, isTerminal: false, cancellationToken).ConfigureAwait(false);
        return Earliest(Earliest(retry, mounted.After), Earliest(untilDeadline, options.Value.SyncPeriod));
    }

    private static TimeSpan? Earliest(TimeSpan? left, TimeSpan? right) => left is null ? right : right is null || left < right ? left : right;

    private void Follow(PodRecord record, PodRuntimeState state) => probes.Follow(record.Pod, state, record.Addresses.Count > 0 ? record.Addresses[0] : string.Empty);

    private TimeSpan? UntilDeadline(V1Pod pod)
        => pod.Spec.ActiveDeadlineSeconds is { } seconds && pod.Status?.StartTime is { } start
            ? new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc)) + TimeSpan.FromSeconds(seconds) - time.GetUtcNow()
            : null;

    private async Task<PodRuntimeState> RenewSandboxAsync(PodRecord record, PodRuntimeState state, int attempt, CancellationToken cancellationToken)
    {
        if (state.Sandboxes.Count > 0) { events.Normal(record.Pod, "SandboxChanged", "Pod sandbox changed, it will be killed and re-created."); }
        await killer.KillPodAsync(record, state, record.Pod.GracePeriod(), cancellationToken).ConfigureAwait(false);
        foreach (var old in state.Sandboxes) { await sandboxes.StopAsync(record, old, cancellationToken).ConfigureAwait(false); }
        await sandboxes.CreateAsync(record, attempt, cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
    }

    private async Task ResizeAsync(PodRecord record, PodRuntimeState state, CancellationToken cancellationToken)
    {
        foreach (var status in state.Containers.Where(static c => c.State == ContainerState.Running))
        {
            if (record.Pod.FindContainer(status.Name) is not { } container) { continue; }
            var wanted = ResourceTranslation.For(record.Pod, container, Quantities.Value(node.Allocatable.GetValueOrDefault("memory")));
            if (record.Resources.TryGetValue(status.Id, out var current) && current != wanted)
            {
                await runtime.UpdateContainerResourcesAsync(status.Id, wanted, cancellationToken).ConfigureAwait(false);
            }

            record.Resources[status.Id] = wanted;
        }
    }

    // The newest of a name and the one before it stay, for logs and the last state; so do their sandboxes.
    private async Task CollectAsync(PodRecord record, PodRuntimeState state, CancellationToken cancellationToken)
    {
        var old = state.Containers.GroupBy(static c => c.Name).SelectMany(static g => g.Skip(KeptPerContainer)).Where(static c => c.State != ContainerState.Running).ToList();
        foreach (var container in old)
        {
            await runtime.RemoveContainerAsync(container.Id, cancellationToken).ConfigureAwait(false);
            record.Resources.Remove(container.Id);
        }

        var removed = old.Select(static c => c.Id).ToHashSet();
        foreach (var sandbox in state.Sandboxes.Skip(1).Where(s => !s.IsReady && state.Containers.All(c => c.Sandbox != s.Id || removed.Contains(c.Id))))
        {
            await runtime.RemoveSandboxAsync(sandbox.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
