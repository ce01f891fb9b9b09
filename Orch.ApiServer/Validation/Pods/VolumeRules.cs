using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for a pod's volumes.</summary>
internal static class VolumeRules
{
    /// <summary>What is said of a second source.</summary>
    private const string OnlyOne = "may not specify more than 1 volume type";
    private static readonly Dictionary<string, V1Volume> None = [];

    /// <summary>Each volume, and that their names are their own.</summary>
    /// <param name="podName">Null in a template.</param>
    /// <returns>The volumes without fault, by name.</returns>
    public static Dictionary<string, V1Volume> Validate(IList<V1Volume>? volumes, string? podName, FieldPath parent, FieldErrors errors)
    {
        if (volumes is not { Count: > 0 }) { return None; }
        var path = parent.Child("volumes");
        var known = new Dictionary<string, V1Volume>(volumes.Count, StringComparer.Ordinal);
        for (var index = 0; index < volumes.Count; index++)
        {
            var (volume, at) = (volumes[index], path.Index(index));
            var before = errors.Count;
            Source(volume, podName, at, errors);
            if (string.IsNullOrEmpty(volume.Name)) { errors.Required(at.Child("name")); }
            else { NameRules.DnsLabel(volume.Name, false, at.Child("name"), errors); }
            if (known.ContainsKey(volume.Name ?? string.Empty)) { errors.Duplicate(at.Child("name"), volume.Name); }
            if (errors.Count == before) { known.Add(volume.Name!, volume); }
            if (podName is not null && volume.PersistentVolumeClaim is { } claim && volumes.Any(other => other.Ephemeral is not null && $"{podName}-{other.Name}" == claim.ClaimName))
            {
                errors.Invalid(at.Child("persistentVolumeClaim").Child("claimName"), claim.ClaimName, "must not reference a PVC that gets created for an ephemeral volume");
            }
        }

        return known;
    }

    /// <summary>A file of a config map or secret, under another name.</summary>
    public static void Item(V1KeyToPath item, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(item.Key)) { errors.Required(path.Child("key")); }
        if (string.IsNullOrEmpty(item.Path)) { errors.Required(path.Child("path")); }
        PathRules.NotReserved(item.Path ?? string.Empty, path.Child("path"), errors);
        PathRules.Mode(item.Mode, path, "mode", errors);
    }

    private static void Source(V1Volume volume, string? podName, FieldPath path, FieldErrors errors)
    {
        var count = 0;
        if (volume.EmptyDir is { } empty)
        {
            count++;
            if (empty.SizeLimit is { } limit && limit.ToDecimal() < 0) { errors.Forbidden(path.Child("emptyDir").Child("sizeLimit"), "SizeLimit field must be a valid resource quantity"); }
        }

        if (volume.HostPath is { } host && IsFirst(ref count, path, "hostPath", errors)) { HostPath(host, path.Child("hostPath"), errors); }
        RemoteVolumeRules.Disks(volume, ref count, path, errors);
        if (volume.Secret is { } secret && IsFirst(ref count, path, "secret", errors))
        {
            if (string.IsNullOrEmpty(secret.SecretName)) { errors.Required(path.Child("secret").Child("secretName")); }
            Items(secret.DefaultMode, secret.Items, path.Child("secret"), errors);
        }

        RemoteVolumeRules.Shares(volume, ref count, path, errors);
        if (volume.PersistentVolumeClaim is { } claim && IsFirst(ref count, path, "persistentVolumeClaim", errors) && string.IsNullOrEmpty(claim.ClaimName))
        {
            errors.Required(path.Child("persistentVolumeClaim").Child("claimName"));
        }

        RemoteVolumeRules.Clusters(volume, ref count, path, errors);
        if (volume.DownwardAPI is { } downward && IsFirst(ref count, path, "downwarAPI", errors)) { ProjectedVolumeRules.Downward(downward, path.Child("downwardAPI"), errors); }
        RemoteVolumeRules.Channels(volume, ref count, path, errors);
        if (volume.ConfigMap is { } map && IsFirst(ref count, path, "configMap", errors))
        {
            if (string.IsNullOrEmpty(map.Name)) { errors.Required(path.Child("configMap").Child("name")); }
            Items(map.DefaultMode, map.Items, path.Child("configMap"), errors);
        }

        RemoteVolumeRules.Clouds(volume, ref count, path, errors);
        if (volume.Projected is { } projected && IsFirst(ref count, path, "projected", errors)) { ProjectedVolumeRules.Validate(projected, path.Child("projected"), errors); }
        RemoteVolumeRules.Drivers(volume, ref count, path, errors);
        if (volume.Ephemeral is { } ephemeral && IsFirst(ref count, path, "ephemeral", errors)) { Ephemeral(ephemeral, volume.Name, podName, path, errors); }
        if (volume.Image is { } image && IsFirst(ref count, path, "image", errors))
        {
            if (string.IsNullOrEmpty(image.Reference)) { errors.Required(path.Child("image").Child("reference")); }
            SingleContainerRules.PullPolicy(image.PullPolicy, path.Child("image").Child("pullPolicy"), errors);
        }

        if (count == 0) { errors.Required(path, "must specify a volume type"); }
    }

    /// <summary>Counts a source; a second one is a fault of its own and is not looked at.</summary>
    internal static bool IsFirst(ref int count, FieldPath path, string field, FieldErrors errors)
    {
        if (count > 0)
        {
            errors.Forbidden(path.Child(field), OnlyOne);
            return false;
        }

        count++;
        return true;
    }

    /// <summary>A path of the node's.</summary>
    internal static void HostPath(V1HostPathVolumeSource host, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(host.Path))
        {
            errors.Required(path.Child("path"));
            return;
        }

        PathRules.NoBacksteps(host.Path, path.Child("path"), errors);
        if (host.Type is not (null or "" or "DirectoryOrCreate" or "Directory" or "FileOrCreate" or "File" or "Socket" or "CharDevice" or "BlockDevice"))
        {
            errors.NotSupported(path.Child("type"), host.Type, "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");
        }
    }

    private static void Items(int? defaultMode, IList<V1KeyToPath>? items, FieldPath path, FieldErrors errors)
    {
        PathRules.Mode(defaultMode, path, "defaultMode", errors);
        for (var index = 0; index < (items?.Count ?? 0); index++) { Item(items![index], path.Child("items").Index(index), errors); }
    }

    private static void Ephemeral(V1EphemeralVolumeSource source, string? name, string? podName, FieldPath path, FieldErrors errors)
    {
        var at = path.Child("ephemeral").Child("volumeClaimTemplate");
        if (source.VolumeClaimTemplate is not { } template) { errors.Required(at); }
        else
        {
            MetadataRules.Annotations(template.Metadata?.Annotations, at.Child("metadata").Child("annotations"), errors);
            MetadataRules.Labels(template.Metadata?.Labels, at.Child("metadata").Child("labels"), errors);
            TemplateMetadataRules.Validate(template.Metadata, at.Child("metadata"), errors);
            ClaimSpecRules.Validate(template.Spec, at.Child("spec"), errors);
        }

        if (string.IsNullOrEmpty(podName) || string.IsNullOrEmpty(name)) { return; }
        var claim = $"{podName}-{name}";
        if (!TextRules.IsSubdomain(claim)) { errors.Invalid(path.Child("name"), name, $"PVC name \"{claim}\": {(claim.Length > 253 ? TextRules.MaxLength(253) : NameRules.SubdomainText)}"); }
    }
}
