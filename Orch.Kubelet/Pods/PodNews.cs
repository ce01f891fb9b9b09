using k8s.Models;
using Orch.Serialization;

namespace Orch.Kubelet.Pods;

/// <summary>Tells a change that a pod's worker must look at from the echo of its own status.</summary>
internal static class PodNews
{
    public static bool IsNews(V1Pod old, V1Pod pod)
        => old.Metadata.DeletionTimestamp != pod.Metadata.DeletionTimestamp
            || old.Metadata.DeletionGracePeriodSeconds != pod.Metadata.DeletionGracePeriodSeconds
            || old.IsFinished() != pod.IsFinished()
            // A gate is opened by somebody else's condition.
            || pod.Spec.ReadinessGates is { Count: > 0 }
            || !ApiJson.ContentEquals(Essence(old.Metadata), Essence(pod.Metadata))
            || !ApiJson.ContentEquals(old.Spec, pod.Spec);

    private static V1ObjectMeta Essence(V1ObjectMeta metadata) => new() { Labels = metadata.Labels, Annotations = metadata.Annotations };
}
