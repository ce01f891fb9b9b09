using k8s.Models;

namespace Orch.ApiServer.Admission.Nodes;

/// <summary>Whether a pod names objects that it would be given the content of.</summary>
internal static class NamedObjects
{
    /// <summary>Whether it names any secret.</summary>
    public static bool HasSecret(V1Pod pod)
        => pod.Spec.ImagePullSecrets is { Count: > 0 }
            || pod.Spec.Volumes?.Any(static volume => !string.IsNullOrEmpty(volume.Secret?.SecretName)
                || volume.Projected?.Sources?.Any(static source => source.Secret is not null) == true
                || volume.Csi?.NodePublishSecretRef is not null || volume.AzureFile is not null || volume.Cephfs?.SecretRef is not null || volume.Cinder?.SecretRef is not null
                || volume.FlexVolume?.SecretRef is not null || volume.Rbd?.SecretRef is not null || volume.ScaleIO?.SecretRef is not null
                || volume.Iscsi?.SecretRef is not null || volume.Storageos?.SecretRef is not null) == true
            || ContainersOf(pod).Any(static container => container.EnvFrom?.Any(static source => source.SecretRef is not null) == true
                || container.Env?.Any(static variable => variable.ValueFrom?.SecretKeyRef is not null) == true);

    /// <summary>Whether it names any config map.</summary>
    public static bool HasConfigMap(V1Pod pod)
        => pod.Spec.Volumes?.Any(static volume => volume.ConfigMap is not null || volume.Projected?.Sources?.Any(static source => source.ConfigMap is not null) == true) == true
            || ContainersOf(pod).Any(static container => container.EnvFrom?.Any(static source => source.ConfigMapRef is not null) == true
                || container.Env?.Any(static variable => variable.ValueFrom?.ConfigMapKeyRef is not null) == true);

    private static IEnumerable<V1Container> ContainersOf(V1Pod pod) => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []);
}
