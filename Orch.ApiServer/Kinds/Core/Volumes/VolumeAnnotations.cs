namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>Annotations that stand for fields of today.</summary>
internal static class VolumeAnnotations
{
    /// <summary>The storage class of a volume or claim.</summary>
    public const string StorageClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>The mount options of a volume.</summary>
    public const string MountOptions = "volume.beta.kubernetes.io/mount-options";
}
