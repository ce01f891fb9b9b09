using k8s.Models;

namespace Orch.ApiServer.Security.Authorization;

/// <summary>The secrets and config maps that a pod names: in volumes, environments and pull secrets.</summary>
internal static class PodReferences
{
    public static bool NamesSecret(V1Pod pod, string name)
        => pod.Spec.ImagePullSecrets?.Any(secret => secret.Name == name) == true
            || pod.Spec.Volumes?.Any(volume => volume.Secret?.SecretName == name
                || volume.Projected?.Sources?.Any(source => source.Secret?.Name == name) == true
                || volume.Csi?.NodePublishSecretRef?.Name == name) == true
            || Containers(pod).Any(container => container.EnvFrom?.Any(source => source.SecretRef?.Name == name) == true
                || container.Env?.Any(variable => variable.ValueFrom?.SecretKeyRef?.Name == name) == true);

    public static bool NamesConfigMap(V1Pod pod, string name)
        => pod.Spec.Volumes?.Any(volume => volume.ConfigMap?.Name == name
                || volume.Projected?.Sources?.Any(source => source.ConfigMap?.Name == name) == true) == true
            || Containers(pod).Any(container => container.EnvFrom?.Any(source => source.ConfigMapRef?.Name == name) == true
                || container.Env?.Any(variable => variable.ValueFrom?.ConfigMapKeyRef?.Name == name) == true);

    private static IEnumerable<V1Container> Containers(V1Pod pod) => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []);
}
