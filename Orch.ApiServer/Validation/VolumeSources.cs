using k8s.Models;

namespace Orch.ApiServer.Validation;

/// <summary>Which sources a volume names.</summary>
internal static class VolumeSources
{
    /// <summary>How many; exactly one is right.</summary>
    public static int Count(V1Volume volume)
        => One(volume.EmptyDir) + One(volume.HostPath) + One(volume.ConfigMap) + One(volume.Secret) + One(volume.Projected) + One(volume.DownwardAPI)
            + One(volume.PersistentVolumeClaim) + One(volume.Ephemeral) + One(volume.Csi) + One(volume.Nfs) + One(volume.Image) + One(volume.Iscsi)
            + One(volume.Cephfs) + One(volume.Rbd) + One(volume.Fc) + One(volume.GitRepo) + One(volume.Glusterfs) + One(volume.Cinder)
            + One(volume.AwsElasticBlockStore) + One(volume.GcePersistentDisk) + One(volume.AzureDisk) + One(volume.AzureFile) + One(volume.FlexVolume)
            + One(volume.Flocker) + One(volume.VsphereVolume) + One(volume.Quobyte) + One(volume.PhotonPersistentDisk) + One(volume.PortworxVolume)
            + One(volume.ScaleIO) + One(volume.Storageos);

    private static int One(object? source) => source is null ? 0 : 1;
}
