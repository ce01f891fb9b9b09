using System.Collections.Concurrent;
using k8s.Models;
using Orch.Kubelet.Events;
using Orch.Kubelet.Status;
using Orch.Kubelet.Volumes;
using Orch.Resources;

namespace Orch.Kubelet.Pods;

/// <summary>The node's last word on whether a pod fits, since the scheduler may have decided on an old picture.</summary>
internal sealed class PodAdmission(INodeResources node, IEvents events)
{
    private static readonly string[] Checked = ["cpu", "memory", "ephemeral-storage"];
    private readonly ConcurrentDictionary<string, V1Pod> _admitted = new();
    private readonly Lock _gate = new();

    /// <summary>True for a pod that fits, or already runs here; else the record holds why not.</summary>
    public bool Admit(PodRecord record, PodRuntimeState state)
    {
        if (record.IsAdmitted) { return true; }
        lock (_gate)
        {
            // What was here before is not thrown out for a shortage.
            if (state.Sandboxes.Count == 0 && record.Pod.Status?.StartTime is null && Shortage(record.Pod) is { } failure)
            {
                events.Warning(record.Pod, failure.Reason, failure.Message);
                record.Failure = failure;
                return false;
            }

            _admitted[record.Uid] = record.Pod;
            record.IsAdmitted = true;
            return true;
        }
    }

    public void Forget(string uid) => _admitted.TryRemove(uid, out _);

    private PodFailure? Shortage(V1Pod pod)
    {
        var others = _admitted.Values.Where(p => p.Metadata.Uid != pod.Metadata.Uid).ToList();
        if (node.Allocatable.TryGetValue("pods", out var pods) && others.Count + 1 > Quantities.Value(pods))
        {
            return Failure("pods", 1, others.Count, Quantities.Value(pods));
        }

        foreach (var resource in Checked)
        {
            if (!node.Allocatable.TryGetValue(resource, out var capacity)) { continue; }
            decimal Sum(V1Pod p) => Math.Max(p.Spec.Containers.Sum(c => Request(c, resource)) + p.InitContainers().Where(static c => c.IsSidecar()).Sum(c => Request(c, resource)),
                p.InitContainers().Select(c => Request(c, resource)).DefaultIfEmpty().Max());
            var (wanted, used) = (Sum(pod), others.Sum(Sum));
            if (wanted > 0 && used + wanted > capacity.ToDecimal())
            {
                var unit = resource == "cpu" ? 1000 : 1;
                return Failure(resource, (long)(wanted * unit), (long)(used * unit), (long)(capacity.ToDecimal() * unit));
            }
        }

        return null;
    }

    private static decimal Request(V1Container container, string resource)
        => container.Resources?.Requests is { } requests && requests.TryGetValue(resource, out var quantity) ? quantity.ToDecimal() : 0;

    private static PodFailure Failure(string resource, long requested, long used, long capacity)
        => new($"OutOf{resource}", $"Pod was rejected: Node didn't have enough resource: {resource}, requested: {requested}, used: {used}, capacity: {capacity}");
}
