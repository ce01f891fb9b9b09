using k8s.Models;
using Orch.Kubelet.Pods;
using Orch.Resources;

namespace Orch.Kubelet.References;

/// <summary>The config maps and secrets that a pod's spec names.</summary>
internal static class PodReferences
{
    public static IReadOnlyCollection<ObjectKey> ConfigMaps(V1Pod pod) => Keys(pod, Names(pod,
        static c => (c.EnvFrom ?? []).Select(static e => e.ConfigMapRef?.Name).Concat((c.Env ?? []).Select(static e => e.ValueFrom?.ConfigMapKeyRef?.Name)),
        static v => [v.ConfigMap?.Name, .. (v.Projected?.Sources ?? []).Select(static s => s.ConfigMap?.Name)]));

    public static IReadOnlyCollection<ObjectKey> Secrets(V1Pod pod) => Keys(pod, Names(pod,
        static c => (c.EnvFrom ?? []).Select(static e => e.SecretRef?.Name).Concat((c.Env ?? []).Select(static e => e.ValueFrom?.SecretKeyRef?.Name)),
        static v => [v.Secret?.SecretName, .. (v.Projected?.Sources ?? []).Select(static s => s.Secret?.Name)])
        .Concat((pod.Spec.ImagePullSecrets ?? []).Select(static s => s.Name)));

    private static IEnumerable<string?> Names(V1Pod pod, Func<V1Container, IEnumerable<string?>> ofContainer, Func<V1Volume, IEnumerable<string?>> ofVolume)
        => pod.AllContainers().SelectMany(ofContainer).Concat((pod.Spec.Volumes ?? []).SelectMany(ofVolume));

    private static HashSet<ObjectKey> Keys(V1Pod pod, IEnumerable<string?> names)
        => [.. names.Where(static n => !string.IsNullOrEmpty(n)).Select(n => new ObjectKey(pod.Metadata.NamespaceProperty, n!))];
}
