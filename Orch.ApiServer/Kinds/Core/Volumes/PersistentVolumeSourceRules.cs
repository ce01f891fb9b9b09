using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>The rules for where a volume's data lie: one place, in upstream's order of looking.</summary>
internal static class PersistentVolumeSourceRules
{
    /// <summary>All sources.</summary>
    public static void Validate(V1PersistentVolumeSpec spec, string name, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        if (spec.HostPath is { } host && VolumeRules.IsFirst(ref count, path, "hostPath", errors)) { VolumeRules.HostPath(host, path.Child("hostPath"), errors); }
        if (spec.GcePersistentDisk is { } gce && VolumeRules.IsFirst(ref count, path, "gcePersistentDisk", errors)) { RemoteVolumeRules.Gce(gce, path.Child("persistentDisk"), errors); }
        if (spec.AwsElasticBlockStore is { } aws && VolumeRules.IsFirst(ref count, path, "awsElasticBlockStore", errors)) { RemoteVolumeRules.Aws(aws, path.Child("awsElasticBlockStore"), errors); }
        if (spec.Glusterfs is { } gluster && VolumeRules.IsFirst(ref count, path, "glusterfs", errors)) { Glusterfs(gluster, path.Child("glusterfs"), errors); }
        if (spec.Flocker is { } flocker && VolumeRules.IsFirst(ref count, path, "flocker", errors)) { RemoteVolumeRules.Flocker(flocker, path.Child("flocker"), errors); }
        if (spec.Nfs is { } nfs && VolumeRules.IsFirst(ref count, path, "nfs", errors)) { RemoteVolumeRules.Nfs(nfs, path.Child("nfs"), errors); }
        if (spec.Rbd is { } rbd && VolumeRules.IsFirst(ref count, path, "rbd", errors))
        {
            if (rbd.Monitors is not { Count: > 0 }) { errors.Required(path.Child("rbd").Child("monitors")); }
            RemoteVolumeRules.Need(rbd.Image, path.Child("rbd"), "image", errors);
        }

        if (spec.Quobyte is { } quobyte && VolumeRules.IsFirst(ref count, path, "quobyte", errors)) { RemoteVolumeRules.Quobyte(quobyte, path.Child("quobyte"), errors); }
        if (spec.Cephfs is { } ceph && VolumeRules.IsFirst(ref count, path, "cephFS", errors) && ceph.Monitors is not { Count: > 0 }) { errors.Required(path.Child("cephfs").Child("monitors")); }
        if (spec.Iscsi is { } iscsi && VolumeRules.IsFirst(ref count, path, "iscsi", errors)) { Iscsi(iscsi, name, path.Child("iscsi"), errors); }
        if (spec.Cinder is { } cinder && VolumeRules.IsFirst(ref count, path, "cinder", errors))
        {
            RemoteVolumeRules.Need(cinder.VolumeID, path.Child("cinder"), "volumeID", errors);
            if (cinder.SecretRef is { } secret) { Named(secret.Name, secret.NamespaceProperty, path.Child("cinder").Child("secretRef"), errors); }
        }

        if (spec.Fc is { } fc && VolumeRules.IsFirst(ref count, path, "fc", errors)) { RemoteVolumeRules.Fc(fc, path.Child("fc"), errors); }
        if (spec.FlexVolume is { } flex)
        {
            count++;
            RemoteVolumeRules.Flex(flex.Driver, flex.Options, path.Child("flexVolume"), errors);
        }

        if (spec.AzureFile is { } file && VolumeRules.IsFirst(ref count, path, "azureFile", errors))
        {
            RemoteVolumeRules.Need(file.SecretName, path.Child("azureFile"), "secretName", errors);
            RemoteVolumeRules.Need(file.ShareName, path.Child("azureFile"), "shareName", errors);
            if (file.SecretNamespace is { Length: 0 }) { errors.Required(path.Child("azureFile").Child("secretNamespace")); }
        }

        if (spec.VsphereVolume is { } vsphere && VolumeRules.IsFirst(ref count, path, "vsphereVolume", errors)) { RemoteVolumeRules.Need(vsphere.VolumePath, path.Child("vsphereVolume"), "volumePath", errors); }
        if (spec.PhotonPersistentDisk is { } photon && VolumeRules.IsFirst(ref count, path, "photonPersistentDisk", errors)) { RemoteVolumeRules.Need(photon.PdID, path.Child("photonPersistentDisk"), "pdID", errors); }
        if (spec.PortworxVolume is { } portworx && VolumeRules.IsFirst(ref count, path, "portworxVolume", errors)) { RemoteVolumeRules.Need(portworx.VolumeID, path.Child("portworxVolume"), "volumeID", errors); }
        if (spec.AzureDisk is { } disk && VolumeRules.IsFirst(ref count, path, "azureDisk", errors)) { RemoteVolumeRules.AzureDisk(disk, path.Child("azureDisk"), errors); }
        if (spec.ScaleIO is { } scale && VolumeRules.IsFirst(ref count, path, "scaleIO", errors))
        {
            RemoteVolumeRules.Need(scale.Gateway, path.Child("scaleIO"), "gateway", errors);
            RemoteVolumeRules.Need(scale.System, path.Child("scaleIO"), "system", errors);
            RemoteVolumeRules.Need(scale.VolumeName, path.Child("scaleIO"), "volumeName", errors);
        }

        if (spec.Local is { } local && VolumeRules.IsFirst(ref count, path, "local", errors))
        {
            Local(local, path.Child("local"), errors);
            if (spec.NodeAffinity is null) { errors.Required(path.Child("nodeAffinity"), "Local volume requires node affinity"); }
        }

        if (spec.Storageos is { } storage && VolumeRules.IsFirst(ref count, path, "storageos", errors)) { StorageOs(storage, path.Child("storageos"), errors); }
        if (spec.Csi is { } csi && VolumeRules.IsFirst(ref count, path, "csi", errors)) { Csi(csi, path.Child("csi"), errors); }
        if (count == 0) { errors.Required(path, "must specify a volume type"); }
    }

    private static void Glusterfs(V1GlusterfsPersistentVolumeSource source, FieldPath path, FieldErrors errors)
    {
        RemoteVolumeRules.Need(source.Endpoints, path, "endpoints", errors);
        RemoteVolumeRules.Need(source.Path, path, "path", errors);
        if (source.EndpointsNamespace is not { } space) { return; }
        if (space.Length == 0) { errors.Invalid(path.Child("endpointsNamespace"), space, "if the endpointnamespace is set, it must be a valid namespace name"); }
        else { NameRules.DnsLabel(space, false, path.Child("endpointsNamespace"), errors); }
    }

    private static void Iscsi(V1ISCSIPersistentVolumeSource iscsi, string name, FieldPath path, FieldErrors errors)
    {
        RemoteVolumeRules.Need(iscsi.TargetPortal, path, "targetPortal", errors);
        if (iscsi.InitiatorName is not null && name.Length + 1 + (iscsi.TargetPortal?.Length ?? 0) > 64)
        {
            errors.Invalid(path.Child("targetportal"), iscsi.TargetPortal ?? string.Empty, "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.");
        }

        if (string.IsNullOrEmpty(iscsi.Iqn)) { errors.Required(path.Child("iqn")); }
        else { RemoteVolumeRules.IscsiName(iscsi.Iqn, RemoteVolumeRules.IscsiForm, path.Child("iqn"), errors); }
        NumberRules.Between(iscsi.Lun, 0, 255, path.Child("lun"), errors);
        if ((iscsi.ChapAuthDiscovery == true || iscsi.ChapAuthSession == true) && iscsi.SecretRef is null) { errors.Required(path.Child("secretRef")); }
        if (iscsi.SecretRef is { } secret) { RemoteVolumeRules.Need(secret.Name, path.Child("secretRef"), "name", errors); }
        if (iscsi.InitiatorName is { } initiator) { RemoteVolumeRules.IscsiName(initiator, RemoteVolumeRules.IscsiForm, path.Child("initiatorname"), errors); }
    }

    private static void Local(V1LocalVolumeSource local, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(local.Path)) { errors.Required(path.Child("path")); }
        else { PathRules.NoBacksteps(local.Path, path.Child("path"), errors); }
    }

    private static void StorageOs(V1StorageOSPersistentVolumeSource storage, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(storage.VolumeName)) { errors.Required(path.Child("volumeName")); }
        else { NameRules.DnsLabel(storage.VolumeName, false, path.Child("volumeName"), errors); }
        if (!string.IsNullOrEmpty(storage.VolumeNamespace)) { NameRules.DnsLabel(storage.VolumeNamespace, false, path.Child("volumeNamespace"), errors); }
        if (storage.SecretRef is { } secret) { Named(secret.Name, secret.NamespaceProperty, path.Child("secretRef"), errors); }
    }

    private static void Csi(V1CSIPersistentVolumeSource csi, FieldPath path, FieldErrors errors)
    {
        RemoteVolumeRules.CsiDriver(csi.Driver, path.Child("driver"), errors);
        RemoteVolumeRules.Need(csi.VolumeHandle, path, "volumeHandle", errors);
        Secret(csi.ControllerPublishSecretRef, path.Child("controllerPublishSecretRef"), errors);
        Secret(csi.ControllerExpandSecretRef, path.Child("controllerExpandSecretRef"), errors);
        Secret(csi.NodePublishSecretRef, path.Child("nodePublishSecretRef"), errors);
        Secret(csi.NodeExpandSecretRef, path.Child("nodeExpandSecretRef"), errors);
    }

    private static void Secret(V1SecretReference? secret, FieldPath path, FieldErrors errors)
    {
        if (secret is null) { return; }
        if (string.IsNullOrEmpty(secret.Name)) { errors.Required(path.Child("name")); }
        else { NameRules.DnsSubdomain(secret.Name, false, path.Child("name"), errors); }
        if (string.IsNullOrEmpty(secret.NamespaceProperty)) { errors.Required(path.Child("namespace")); }
        else { NameRules.DnsLabel(secret.NamespaceProperty, false, path.Child("namespace"), errors); }
    }

    private static void Named(string? name, string? space, FieldPath path, FieldErrors errors)
    {
        RemoteVolumeRules.Need(name, path, "name", errors);
        RemoteVolumeRules.Need(space, path, "namespace", errors);
    }
}
