using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>What the source of a volume means where it says nothing.</summary>
internal static class PersistentVolumeSourceDefaults
{
    /// <summary>Fills the source and the amounts.</summary>
    public static void Apply(V1PersistentVolumeSpec spec)
    {
        ContainerDefaults.RoundUp(spec.Capacity);
        if (spec.HostPath is { } host) { host.Type ??= string.Empty; }
        if (spec.Iscsi is { } iscsi && string.IsNullOrEmpty(iscsi.IscsiInterface)) { iscsi.IscsiInterface = "default"; }
        if (spec.Rbd is { } rbd)
        {
            if (string.IsNullOrEmpty(rbd.Pool)) { rbd.Pool = "rbd"; }
            if (string.IsNullOrEmpty(rbd.User)) { rbd.User = "admin"; }
            if (string.IsNullOrEmpty(rbd.Keyring)) { rbd.Keyring = "/etc/ceph/keyring"; }
        }

        if (spec.AzureDisk is { } disk)
        {
            disk.CachingMode ??= "ReadWrite";
            disk.Kind ??= "Shared";
            disk.FsType ??= "ext4";
            disk.ReadOnlyProperty ??= false;
        }

        if (spec.ScaleIO is { } scale)
        {
            if (string.IsNullOrEmpty(scale.StorageMode)) { scale.StorageMode = "ThinProvisioned"; }
            if (string.IsNullOrEmpty(scale.FsType)) { scale.FsType = "xfs"; }
        }
    }
}
