using Orch.Kubelet.Containers;
using Orch.Kubelet.Probes;
using Orch.Kubelet.References;
using Orch.Kubelet.Volumes;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Ends a pod in steps, each of which may be done again after a crash.</summary>
internal sealed class PodTerminator(
    IContainerRuntime runtime,
    PodRuntimeReader reader,
    PodSandboxes sandboxes,
    ContainerKiller killer,
    ContainerStarter starter,
    PodProbes probes,
    PodVolumes volumes,
    PodStatusReporter reporter,
    ReferencedObjects references,
    ServiceAccountTokens tokens,
    PodAdmission admission)
{
    /// <summary>Stops every process of the pod, gracefully; its remains stay for logs and status.</summary>
    public async Task StopAsync(PodRecord record, TimeSpan grace, CancellationToken cancellationToken)
    {
        record.Pod = reporter.WithLatest(record.Pod);
        probes.StopRestarts(record.Uid);
        var state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
        await reporter.PublishAsync(record, state, isTerminal: !state.HasRunning, cancellationToken).ConfigureAwait(false);
        await killer.KillPodAsync(record, state, grace, cancellationToken).ConfigureAwait(false);

        // Whatever still lives ends with its sandbox.
        foreach (var sandbox in state.Sandboxes) { await sandboxes.StopAsync(record, sandbox, cancellationToken).ConfigureAwait(false); }
        probes.Forget(record.Uid);
        state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
        record.Waiting.Clear();
        await reporter.PublishAsync(record, state, isTerminal: true, cancellationToken).ConfigureAwait(false);
        admission.Forget(record.Uid);
    }

    /// <summary>Gives volumes and references back; the pod holds nothing but its remains.</summary>
    public async Task ReleaseAsync(PodRecord record, CancellationToken cancellationToken)
    {
        await volumes.TearDownAsync(record.Uid, cancellationToken).ConfigureAwait(false);
        references.Release(record.Uid);
        tokens.Forget(record.Uid);
        starter.Forget(record.Uid);
    }

    /// <summary>Removes the remains, then the API object.</summary>
    public async Task RemoveAsync(PodRecord record, CancellationToken cancellationToken)
    {
        var state = await reader.ReadAsync(record, cancellationToken).ConfigureAwait(false);
        foreach (var sandbox in state.Sandboxes) { await runtime.RemoveSandboxAsync(sandbox.Id, cancellationToken).ConfigureAwait(false); }
        foreach (var container in state.Containers) { await runtime.RemoveContainerAsync(container.Id, cancellationToken).ConfigureAwait(false); }
        await volumes.RemovePodAsync(record.Uid, cancellationToken).ConfigureAwait(false);
        reporter.Delete(record);
        if (record.IsGone) { reporter.Forget(record.Uid); }
    }
}
