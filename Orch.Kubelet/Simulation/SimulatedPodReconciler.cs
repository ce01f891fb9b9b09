using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Kubelet.Pods;
using Orch.Resources;

namespace Orch.Kubelet.Simulation;

/// <summary>Takes each pod of a simulated node through its life: running, ended, gone.</summary>
internal sealed class SimulatedPodReconciler(IInformer<V1Pod> pods, SimulatedNodeSet nodes, SimulatedAddresses addresses, TimeSpan startDelay, TimeProvider time) : IReconciler
{
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (pods.Find(key) is not { } pod || nodes.Find(pod.Spec.NodeName) is not { } node) { return ReconcileResult.Done; }

        try
        {
            return await AdvanceAsync(pod, node, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.IsConflict || e.IsNotFound)
        {
            // Somebody was quicker: the change that made this one stale brings the key back.
            return ReconcileResult.Done;
        }
    }

    private async Task<ReconcileResult> AdvanceAsync(V1Pod pod, SimulatedNodeSet.Node node, CancellationToken cancellationToken)
    {
        var client = node.Client.Resource<V1Pod>();
        var now = time.GetUtcNow();
        if (pod.IsDeleting())
        {
            await client.DeleteAsync(pod.Key(), DeleteRequest.Force with { PreconditionUid = pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            return ReconcileResult.Done;
        }

        if (pod.IsFinished()) { return ReconcileResult.Done; }
        if (pod.Status?.StartTime is null || pod.Status.Phase != "Running")
        {
            var wait = BoundAt(pod) + startDelay - now;
            if (wait > TimeSpan.Zero) { return ReconcileResult.RequeueAfter(wait); }
            var address = string.IsNullOrEmpty(pod.Status?.PodIP) ? addresses.NextPod() : pod.Status.PodIP;
            await WriteAsync(client, pod, SimulatedPod.Running(pod, address, node.Address, now), cancellationToken).ConfigureAwait(false);
            return SimulatedPod.RunTime(pod) is { } first ? ReconcileResult.RequeueAfter(first) : ReconcileResult.Done;
        }

        if (SimulatedPod.RunTime(pod) is { } runTime)
        {
            var left = new DateTimeOffset(DateTime.SpecifyKind(pod.Status.StartTime.Value, DateTimeKind.Utc)) + runTime - now;
            if (left > TimeSpan.Zero) { return ReconcileResult.RequeueAfter(left); }
            await WriteAsync(client, pod, SimulatedPod.Ended(pod, node.Address, now), cancellationToken).ConfigureAwait(false);
        }
        else if (pod.Spec.ReadinessGates is { Count: > 0 } || pod.Annotation(SimulationAnnotations.Ready) is not null)
        {
            // Others' conditions and the annotation may have changed whether it is ready.
            var fresh = SimulatedPod.Running(pod, pod.Status.PodIP, node.Address, now);
            if (IsReady(fresh) != IsReady(pod.Status)) { await WriteAsync(client, pod, fresh, cancellationToken).ConfigureAwait(false); }
        }

        return ReconcileResult.Done;
    }

    private static bool IsReady(V1PodStatus status) => status.Conditions?.Any(static c => c.Type == "Ready" && c.Status == "True") == true;

    private static Task<V1Pod> WriteAsync(IResourceClient<V1Pod> client, V1Pod pod, V1PodStatus status, CancellationToken cancellationToken)
        => client.UpdateStatusAsync(pod with { Status = status }, cancellationToken);

    private static DateTimeOffset BoundAt(V1Pod pod)
    {
        var at = pod.Status?.Conditions?.FirstOrDefault(static c => c.Type == "PodScheduled" && c.Status == "True")?.LastTransitionTime ?? pod.Metadata.CreationTimestamp;
        return at is { } value ? new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc)) : DateTimeOffset.MinValue;
    }
}
