using k8s.Models;

namespace Orch.ApiServer.Security.Authorization.Nodes;

/// <summary>What a pod names: the objects that the node which runs it may read.</summary>
internal static class PodReferences
{
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>Each object once. A mirror pod gives its node nothing: the node itself could have made it up.</summary>
    public static NodeDependency[] Of(V1Pod pod)
    {
        if (pod.Metadata.Annotations?.ContainsKey(MirrorAnnotation) == true) { return []; }
        var space = pod.Metadata.NamespaceProperty ?? string.Empty;
        var found = new HashSet<NodeDependency>();
        Add(DependencyKind.ServiceAccount, string.IsNullOrEmpty(pod.Spec.ServiceAccountName) ? "default" : pod.Spec.ServiceAccountName);
        foreach (var secret in pod.Spec.ImagePullSecrets ?? []) { Add(DependencyKind.Secret, secret.Name); }
        foreach (var container in pod.Spec.Containers ?? []) { Environment(container.EnvFrom, container.Env); }
        foreach (var container in pod.Spec.InitContainers ?? []) { Environment(container.EnvFrom, container.Env); }
        foreach (var container in pod.Spec.EphemeralContainers ?? []) { Environment(container.EnvFrom, container.Env); }
        foreach (var volume in pod.Spec.Volumes ?? []) { Volume(volume); }
        foreach (var claim in pod.Spec.ResourceClaims ?? []) { Add(DependencyKind.ResourceClaim, claim.ResourceClaimName); }
        foreach (var claim in pod.Status?.ResourceClaimStatuses ?? []) { Add(DependencyKind.ResourceClaim, claim.ResourceClaimName); }
        Add(DependencyKind.ResourceClaim, pod.Status?.ExtendedResourceClaimStatus?.ResourceClaimName);
        return [.. found];

        void Add(DependencyKind kind, string? name)
        {
            if (!string.IsNullOrEmpty(name)) { found.Add(new NodeDependency(kind, space, name)); }
        }

        void Environment(IList<V1EnvFromSource>? sources, IList<V1EnvVar>? variables)
        {
            foreach (var source in sources ?? [])
            {
                Add(DependencyKind.Secret, source.SecretRef?.Name);
                Add(DependencyKind.ConfigMap, source.ConfigMapRef?.Name);
            }

            foreach (var variable in variables ?? [])
            {
                Add(DependencyKind.Secret, variable.ValueFrom?.SecretKeyRef?.Name);
                Add(DependencyKind.ConfigMap, variable.ValueFrom?.ConfigMapKeyRef?.Name);
            }
        }

        void Volume(V1Volume volume)
        {
            Add(DependencyKind.Secret, volume.Secret?.SecretName ?? volume.AzureFile?.SecretName ?? volume.Cephfs?.SecretRef?.Name ?? volume.Cinder?.SecretRef?.Name
                ?? volume.FlexVolume?.SecretRef?.Name ?? volume.Rbd?.SecretRef?.Name ?? volume.ScaleIO?.SecretRef?.Name ?? volume.Iscsi?.SecretRef?.Name
                ?? volume.Storageos?.SecretRef?.Name ?? volume.Csi?.NodePublishSecretRef?.Name);
            Add(DependencyKind.ConfigMap, volume.ConfigMap?.Name);
            Add(DependencyKind.VolumeClaim, volume.PersistentVolumeClaim?.ClaimName);
            if (volume.Ephemeral is not null) { Add(DependencyKind.VolumeClaim, $"{pod.Metadata.Name}-{volume.Name}"); }
            foreach (var source in volume.Projected?.Sources ?? [])
            {
                Add(DependencyKind.Secret, source.Secret?.Name);
                Add(DependencyKind.ConfigMap, source.ConfigMap?.Name);
            }
        }
    }

    /// <summary>The secrets that a volume names, as pairs of namespace and name.</summary>
    public static IEnumerable<NodeDependency> SecretsOf(V1PersistentVolume volume)
    {
        var claimed = volume.Spec.ClaimRef?.NamespaceProperty ?? string.Empty;
        var csi = volume.Spec.Csi;
        V1SecretReference?[] references =
        [
            volume.Spec.Cephfs?.SecretRef, volume.Spec.Cinder?.SecretRef, volume.Spec.FlexVolume?.SecretRef, volume.Spec.Rbd?.SecretRef,
            volume.Spec.ScaleIO?.SecretRef, volume.Spec.Iscsi?.SecretRef,
            csi?.NodePublishSecretRef, csi?.NodeStageSecretRef, csi?.ControllerPublishSecretRef, csi?.NodeExpandSecretRef,
        ];
        foreach (var reference in references)
        {
            if (reference is { Name.Length: > 0 }) { yield return Secret(reference.NamespaceProperty, reference.Name); }
        }

        if (volume.Spec.AzureFile is { SecretName.Length: > 0 } azure) { yield return Secret(azure.SecretNamespace, azure.SecretName); }
        if (volume.Spec.Storageos?.SecretRef is { Name.Length: > 0 } storage) { yield return Secret(storage.NamespaceProperty, storage.Name); }

        NodeDependency Secret(string? space, string name) => new(DependencyKind.Secret, string.IsNullOrEmpty(space) ? claimed : space, name);
    }
}
