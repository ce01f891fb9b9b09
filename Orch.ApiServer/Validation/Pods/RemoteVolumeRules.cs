using System.Text.RegularExpressions;
using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for volumes that lie elsewhere. Nothing here mounts most of them, but manifests name them.</summary>
internal static partial class RemoteVolumeRules
{
    internal const string IscsiForm = "must be valid format";
    private const string KnownIscsi = "must be valid format starting with iqn, eui, or naa";
    private const string PartitionText = "must be between 1 and 255, inclusive";

    // Which source is one too many depends on the order, so the groups follow upstream's.

    /// <summary>Disks of clouds, and repositories.</summary>
    public static void Disks(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.GitRepo is { } git && VolumeRules.IsFirst(ref count, path, "gitRepo", errors))
        {
            Need(git.Repository, path.Child("gitRepo"), "repository", errors);
            PathRules.Descending(git.Directory ?? string.Empty, path.Child("gitRepo").Child("directory"), errors);
        }

        if (volume.GcePersistentDisk is { } gce && VolumeRules.IsFirst(ref count, path, "gcePersistentDisk", errors))
        {
            Gce(gce, path.Child("persistentDisk"), errors);
        }

        if (volume.AwsElasticBlockStore is { } aws && VolumeRules.IsFirst(ref count, path, "awsElasticBlockStore", errors))
        {
            Aws(aws, path.Child("awsElasticBlockStore"), errors);
        }
    }

    /// <summary>Shared directories and what else is told a target.</summary>
    public static void Shares(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.Nfs is { } nfs && VolumeRules.IsFirst(ref count, path, "nfs", errors))
        {
            Nfs(nfs, path.Child("nfs"), errors);
        }

        if (volume.Iscsi is { } iscsi)
        {
            if (VolumeRules.IsFirst(ref count, path, "iscsi", errors)) { Iscsi(iscsi, path.Child("iscsi"), errors); }
            IscsiLength(iscsi, volume.Name ?? string.Empty, path, errors);
        }

        if (volume.Glusterfs is { } gluster && VolumeRules.IsFirst(ref count, path, "glusterfs", errors))
        {
            Need(gluster.Endpoints, path.Child("glusterfs"), "endpoints", errors);
            Need(gluster.Path, path.Child("glusterfs"), "path", errors);
        }

        if (volume.Flocker is { } flocker && VolumeRules.IsFirst(ref count, path, "flocker", errors)) { Flocker(flocker, path.Child("flocker"), errors); }
    }

    /// <summary>Storage clusters.</summary>
    public static void Clusters(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.Rbd is { } rbd && VolumeRules.IsFirst(ref count, path, "rbd", errors))
        {
            if (rbd.Monitors is not { Count: > 0 }) { errors.Required(path.Child("rbd").Child("monitors")); }
            Need(rbd.Image, path.Child("rbd"), "image", errors);
        }

        if (volume.Cinder is { } cinder && VolumeRules.IsFirst(ref count, path, "cinder", errors))
        {
            Need(cinder.VolumeID, path.Child("cinder"), "volumeID", errors);
            if (cinder.SecretRef is { } secret) { Need(secret.Name, path.Child("cinder").Child("secretRef"), "name", errors); }
        }

        if (volume.Cephfs is { } ceph && VolumeRules.IsFirst(ref count, path, "cephFS", errors) && ceph.Monitors is not { Count: > 0 }) { errors.Required(path.Child("cephfs").Child("monitors")); }
        if (volume.Quobyte is { } quobyte && VolumeRules.IsFirst(ref count, path, "quobyte", errors)) { Quobyte(quobyte, path.Child("quobyte"), errors); }
    }

    /// <summary>What a driver of the node's attaches.</summary>
    public static void Channels(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.Fc is { } fc && VolumeRules.IsFirst(ref count, path, "fc", errors)) { Fc(fc, path.Child("fc"), errors); }
        if (volume.FlexVolume is { } flex && VolumeRules.IsFirst(ref count, path, "flexVolume", errors)) { Flex(flex.Driver, flex.Options, path.Child("flexVolume"), errors); }
    }

    /// <summary>Other clouds' storage.</summary>
    public static void Clouds(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.AzureFile is { } file && VolumeRules.IsFirst(ref count, path, "azureFile", errors))
        {
            Need(file.SecretName, path.Child("azureFile"), "secretName", errors);
            Need(file.ShareName, path.Child("azureFile"), "shareName", errors);
        }

        if (volume.VsphereVolume is { } vsphere && VolumeRules.IsFirst(ref count, path, "vsphereVolume", errors)) { Need(vsphere.VolumePath, path.Child("vsphereVolume"), "volumePath", errors); }
        if (volume.PhotonPersistentDisk is { } photon && VolumeRules.IsFirst(ref count, path, "photonPersistentDisk", errors)) { Need(photon.PdID, path.Child("photonPersistentDisk"), "pdID", errors); }
        if (volume.PortworxVolume is { } portworx && VolumeRules.IsFirst(ref count, path, "portworxVolume", errors)) { Need(portworx.VolumeID, path.Child("portworxVolume"), "volumeID", errors); }
        if (volume.AzureDisk is { } disk && VolumeRules.IsFirst(ref count, path, "azureDisk", errors)) { AzureDisk(disk, path.Child("azureDisk"), errors); }
        if (volume.Storageos is { } storage && VolumeRules.IsFirst(ref count, path, "storageos", errors)) { StorageOs(storage, path.Child("storageos"), errors); }
    }

    /// <summary>What remains, drivers at last.</summary>
    public static void Drivers(V1Volume volume, ref int count, FieldPath path, FieldErrors errors)
    {
        if (volume.ScaleIO is { } scale && VolumeRules.IsFirst(ref count, path, "scaleIO", errors))
        {
            Need(scale.Gateway, path.Child("scaleIO"), "gateway", errors);
            Need(scale.System, path.Child("scaleIO"), "system", errors);
            Need(scale.VolumeName, path.Child("scaleIO"), "volumeName", errors);
        }

        if (volume.Csi is { } csi && VolumeRules.IsFirst(ref count, path, "csi", errors)) { Csi(csi, path.Child("csi"), errors); }
    }

    /// <summary>A text that must be given.</summary>
    public static void Need(string? value, FieldPath path, string field, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(value)) { errors.Required(path.Child(field)); }
    }

    /// <summary>A disk of Google's.</summary>
    public static void Gce(V1GCEPersistentDiskVolumeSource gce, FieldPath path, FieldErrors errors)
    {
        Need(gce.PdName, path, "pdName", errors);
        if (gce.Partition is < 0 or > 255) { errors.Invalid(path.Child("partition"), gce.Partition, PartitionText); }
    }

    /// <summary>A disk of Amazon's.</summary>
    public static void Aws(V1AWSElasticBlockStoreVolumeSource aws, FieldPath path, FieldErrors errors)
    {
        Need(aws.VolumeID, path, "volumeID", errors);
        if (aws.Partition is < 0 or > 255) { errors.Invalid(path.Child("partition"), aws.Partition, PartitionText); }
    }

    /// <summary>An NFS export.</summary>
    public static void Nfs(V1NFSVolumeSource nfs, FieldPath path, FieldErrors errors)
    {
        Need(nfs.Server, path, "server", errors);
        Need(nfs.Path, path, "path", errors);
        if (nfs.Path?.StartsWith('/') != true) { errors.Invalid(path.Child("path"), nfs.Path ?? string.Empty, "must be an absolute path"); }
    }

    private static void Iscsi(V1ISCSIVolumeSource iscsi, FieldPath path, FieldErrors errors)
    {
        Need(iscsi.TargetPortal, path, "targetPortal", errors);
        if (string.IsNullOrEmpty(iscsi.Iqn)) { errors.Required(path.Child("iqn")); }
        else { IscsiName(iscsi.Iqn, KnownIscsi, path.Child("iqn"), errors); }
        NumberRules.Between(iscsi.Lun, 0, 255, path.Child("lun"), errors);
        if ((iscsi.ChapAuthDiscovery == true || iscsi.ChapAuthSession == true) && iscsi.SecretRef is null) { errors.Required(path.Child("secretRef")); }
        if (iscsi.InitiatorName is { } initiator) { IscsiName(initiator, KnownIscsi, path.Child("initiatorname"), errors); }
    }

    private static void IscsiLength(V1ISCSIVolumeSource iscsi, string volumeName, FieldPath parent, FieldErrors errors)
    {
        if (iscsi.InitiatorName is null) { return; }
        if (volumeName.Length + 1 + (iscsi.TargetPortal?.Length ?? 0) > 64)
        {
            errors.Invalid(parent.Child("name"), volumeName, "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.");
        }
    }

    /// <summary>The name of an iSCSI node.</summary>
    /// <param name="unknown">What is said of a name of another kind; upstream has two texts.</param>
    public static void IscsiName(string name, string unknown, FieldPath path, FieldErrors errors)
    {
        var rule = name.Length < 3 ? null : name[..3] switch { "iqn" => Iqn(), "eui" => Eui(), "naa" => Naa(), _ => null };
        if (rule is null) { errors.Invalid(path, name, unknown); }
        else if (!rule.IsMatch(name)) { errors.Invalid(path, name, IscsiForm); }
    }

    /// <summary>A dataset of Flocker's.</summary>
    public static void Flocker(V1FlockerVolumeSource flocker, FieldPath path, FieldErrors errors)
    {
        var (name, id) = (flocker.DatasetName ?? string.Empty, flocker.DatasetUUID ?? string.Empty);
        if (name.Length == 0 && id.Length == 0) { errors.Required(path, "one of datasetName and datasetUUID is required"); }
        if (name.Length > 0 && id.Length > 0) { errors.Invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"); }
        if (name.Contains('/', StringComparison.Ordinal)) { errors.Invalid(path.Child("datasetName"), name, "must not contain '/'"); }
    }

    /// <summary>A volume of Quobyte's.</summary>
    public static void Quobyte(V1QuobyteVolumeSource quobyte, FieldPath path, FieldErrors errors)
    {
        const string Pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (string.IsNullOrEmpty(quobyte.Registry)) { errors.Required(path.Child("registry"), Pairs); }
        else if (quobyte.Tenant?.Length >= 65) { errors.Required(path.Child("tenant"), "must be a UUID and may not exceed a length of 64 characters"); }
        else
        {
            foreach (var pair in quobyte.Registry.Split(','))
            {
                if (pair.LastIndexOf(':') < 0) { errors.Invalid(path.Child("registry"), quobyte.Registry, Pairs); }
            }
        }

        Need(quobyte.Volume, path, "volume", errors);
    }

    /// <summary>A Fibre Channel disk.</summary>
    public static void Fc(V1FCVolumeSource fc, FieldPath path, FieldErrors errors)
    {
        var (names, ids) = (fc.TargetWWNs?.Count ?? 0, fc.Wwids?.Count ?? 0);
        if (names == 0 && ids == 0) { errors.Required(path.Child("targetWWNs"), "must specify either targetWWNs or wwids, but not both"); }
        if (names > 0 && ids > 0) { errors.Invalid(path.Child("targetWWNs"), fc.TargetWWNs, "targetWWNs and wwids can not be specified simultaneously"); }
        if (names == 0) { return; }
        if (fc.Lun is { } lun) { NumberRules.Between(lun, 0, 255, path.Child("lun"), errors); }
        else { errors.Required(path.Child("lun"), "lun is required if targetWWNs is specified"); }
    }

    /// <summary>A driver of the administrator's and its options.</summary>
    public static void Flex(string? driver, IDictionary<string, string>? options, FieldPath path, FieldErrors errors)
    {
        Need(driver, path, "driver", errors);
        foreach (var key in options?.Keys ?? [])
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            var space = "." + (slash < 0 ? key : key[..slash]);
            if (space.EndsWith(".kubernetes.io", StringComparison.OrdinalIgnoreCase) || space.EndsWith(".k8s.io", StringComparison.OrdinalIgnoreCase))
            {
                errors.Invalid(path.Child("options").Key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    /// <summary>A disk of Azure's.</summary>
    public static void AzureDisk(V1AzureDiskVolumeSource disk, FieldPath path, FieldErrors errors)
    {
        Need(disk.DiskName, path, "diskName", errors);
        Need(disk.DiskURI, path, "diskURI", errors);
        if (disk.CachingMode is not (null or "None" or "ReadOnly" or "ReadWrite")) { errors.NotSupported(path.Child("cachingMode"), disk.CachingMode, "None", "ReadOnly", "ReadWrite"); }
        if (disk.Kind is not (null or "Shared" or "Dedicated" or "Managed")) { errors.NotSupported(path.Child("kind"), disk.Kind, "Dedicated", "Managed", "Shared"); }
        var uri = disk.DiskURI ?? string.Empty;
        if (disk.Kind == "Managed" && !uri.StartsWith("/subscriptions/", StringComparison.Ordinal))
        {
            errors.NotSupported(path.Child("diskURI"), uri, "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}");
        }
        else if (disk.Kind is not (null or "Managed") && !uri.StartsWith("https://", StringComparison.Ordinal))
        {
            errors.NotSupported(path.Child("diskURI"), uri, "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
        }
    }

    private static void StorageOs(V1StorageOSVolumeSource storage, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(storage.VolumeName)) { errors.Required(path.Child("volumeName")); }
        else { NameRules.DnsLabel(storage.VolumeName, false, path.Child("volumeName"), errors); }
        if (!string.IsNullOrEmpty(storage.VolumeNamespace)) { NameRules.DnsLabel(storage.VolumeNamespace, false, path.Child("volumeNamespace"), errors); }
        if (storage.SecretRef is { } secret) { Need(secret.Name, path.Child("secretRef"), "name", errors); }
    }

    /// <summary>The name of a CSI driver.</summary>
    public static void CsiDriver(string? name, FieldPath path, FieldErrors errors)
    {
        var driver = name ?? string.Empty;
        if (driver.Length == 0)
        {
            errors.Required(path);
            return;
        }

        if (driver.Length > 63) { errors.TooLong(path, 63); }
#pragma warning disable CA1308 // case does not matter in drivers' names
        foreach (var fault in NameRules.SubdomainFaults(driver.ToLowerInvariant())) { errors.Invalid(path, driver, fault); }
#pragma warning restore CA1308
    }

    private static void Csi(V1CSIVolumeSource csi, FieldPath path, FieldErrors errors)
    {
        CsiDriver(csi.Driver, path.Child("driver"), errors);
        if (csi.NodePublishSecretRef is not { } secret) { return; }
        if (string.IsNullOrEmpty(secret.Name)) { errors.Required(path.Child("nodePublishSecretRef").Child("name")); }
        else { NameRules.DnsSubdomain(secret.Name, false, path.Child("name"), errors); }
    }

    [GeneratedRegex("""iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$""")]
    private static partial Regex Iqn();

    [GeneratedRegex("""^eui.[A-Za-z0-9]{16}$""")]
    private static partial Regex Eui();

    [GeneratedRegex("""^naa.[A-Za-z0-9]{32}$""")]
    private static partial Regex Naa();
}
