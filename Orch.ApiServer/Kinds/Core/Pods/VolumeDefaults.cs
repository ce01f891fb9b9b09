using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What a volume means where it says nothing.</summary>
internal static class VolumeDefaults
{
    private const int FileMode = 0b110_100_100; // rw-r--r--

    /// <summary>Fills a volume; one without a source is an empty directory.</summary>
    public static void Apply(V1Volume volume)
    {
        if (volume.EmptyDir is null && VolumeSources.Count(volume) == 0) { volume.EmptyDir = new V1EmptyDirVolumeSource(); }
        if (volume.HostPath is { } host) { host.Type ??= string.Empty; }
        if (volume.Secret is { } secret) { secret.DefaultMode ??= FileMode; }
        if (volume.ConfigMap is { } map) { map.DefaultMode ??= FileMode; }
        if (volume.Image is { } image && string.IsNullOrEmpty(image.PullPolicy)) { image.PullPolicy = ImageReference.PullPolicyFor(image.Reference); }
        if (volume.PersistentVolumeClaim is { ReadOnlyProperty: false } claim) { claim.ReadOnlyProperty = null; }
        if (volume.DownwardAPI is { } downward)
        {
            downward.DefaultMode ??= FileMode;
            foreach (var item in downward.Items ?? []) { Sources(item.FieldRef, item.ResourceFieldRef); }
        }

        if (volume.Projected is { } projected)
        {
            projected.DefaultMode ??= FileMode;
            foreach (var source in projected.Sources ?? []) { Projection(source); }
        }

        if (volume.Ephemeral?.VolumeClaimTemplate?.Spec is { } template && string.IsNullOrEmpty(template.VolumeMode)) { template.VolumeMode = "Filesystem"; }
        Remote(volume);
    }

    /// <summary>Fills what a variable or file takes from the pod itself.</summary>
    public static void Sources(V1ObjectFieldSelector? field, V1ResourceFieldSelector? resource)
    {
        if (field is not null && string.IsNullOrEmpty(field.ApiVersion)) { field.ApiVersion = "v1"; }
        if (resource is not null) { resource.Divisor ??= Quantities.Zero; }
    }

    private static void Projection(V1VolumeProjection source)
    {
        if (source.ServiceAccountToken is { } token) { token.ExpirationSeconds ??= 3600; }
        foreach (var item in source.DownwardAPI?.Items ?? []) { Sources(item.FieldRef, item.ResourceFieldRef); }
    }

    private static void Remote(V1Volume volume)
    {
        if (volume.Iscsi is { } iscsi && string.IsNullOrEmpty(iscsi.IscsiInterface)) { iscsi.IscsiInterface = "default"; }
        if (volume.Rbd is { } rbd)
        {
            if (string.IsNullOrEmpty(rbd.Pool)) { rbd.Pool = "rbd"; }
            if (string.IsNullOrEmpty(rbd.User)) { rbd.User = "admin"; }
            if (string.IsNullOrEmpty(rbd.Keyring)) { rbd.Keyring = "/etc/ceph/keyring"; }
        }

        if (volume.AzureDisk is { } disk)
        {
            disk.CachingMode ??= "ReadWrite";
            disk.Kind ??= "Shared";
            disk.FsType ??= "ext4";
            disk.ReadOnlyProperty ??= false;
        }

        if (volume.ScaleIO is { } scale)
        {
            if (string.IsNullOrEmpty(scale.StorageMode)) { scale.StorageMode = "ThinProvisioned"; }
            if (string.IsNullOrEmpty(scale.FsType)) { scale.FsType = "xfs"; }
        }
    }
}
