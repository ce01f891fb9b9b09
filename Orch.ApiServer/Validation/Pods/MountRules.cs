using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for where a container sees volumes.</summary>
internal static class MountRules
{
    /// <summary>Mounts and block devices.</summary>
    public static void Validate(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        if (container.VolumeMounts is { Count: > 0 }) { Mounts(container, context, path.Child("volumeMounts"), errors); }
        if (container.VolumeDevices is { Count: > 0 }) { Devices(container, context, path.Child("volumeDevices"), errors); }
    }

    private static void Mounts(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        var mountPaths = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < container.VolumeMounts.Count; index++)
        {
            var (mount, at) = (container.VolumeMounts[index], path.Index(index));
            if (string.IsNullOrEmpty(mount.Name)) { errors.Required(at.Child("name")); }
            if (!context.Volumes.ContainsKey(mount.Name ?? string.Empty)) { errors.NotFound(at.Child("name"), mount.Name ?? string.Empty); }
            if (string.IsNullOrEmpty(mount.MountPath)) { errors.Required(at.Child("mountPath")); }
            if (!mountPaths.Add(mount.MountPath ?? string.Empty)) { errors.Invalid(at.Child("mountPath"), mount.MountPath ?? string.Empty, "must be unique"); }
            foreach (var device in container.VolumeDevices ?? [])
            {
                if (device.Name == mount.Name) { errors.Invalid(at.Child("name"), mount.Name, "must not already exist in volumeDevices"); }
                if (device.DevicePath == mount.MountPath) { errors.Invalid(at.Child("mountPath"), mount.MountPath, "must not already exist as a path in volumeDevices"); }
            }

            SubPaths(mount, path, at, errors);
            Propagation(mount, container, path, errors);
            Recursive(mount, path.Child("recursiveReadOnly"), errors);
        }
    }

    // Where upstream leaves the index out of a path, so does this.
    private static void SubPaths(V1VolumeMount mount, FieldPath path, FieldPath at, FieldErrors errors)
    {
        var (subPath, expression) = (mount.SubPath ?? string.Empty, mount.SubPathExpr ?? string.Empty);
        if (subPath.Length > 0) { PathRules.Descending(subPath, path.Child("subPath"), errors); }
        if (expression.Length == 0) { return; }
        if (subPath.Length > 0) { errors.Invalid(at.Child("subPathExpr"), expression, "subPathExpr and subPath are mutually exclusive"); }
        PathRules.Descending(expression, path.Child("subPathExpr"), errors);
    }

    private static void Propagation(V1VolumeMount mount, V1Container container, FieldPath path, FieldErrors errors)
    {
        if (mount.MountPropagation is not { } mode) { return; }
        if (mode is not ("Bidirectional" or "HostToContainer" or "None")) { errors.NotSupported(path.Child("mountPropagation"), mode, "Bidirectional", "HostToContainer", "None"); }
        if (mode == "Bidirectional" && container.SecurityContext?.Privileged != true)
        {
            errors.Forbidden(path.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers");
        }
    }

    private static void Recursive(V1VolumeMount mount, FieldPath path, FieldErrors errors)
    {
        switch (mount.RecursiveReadOnly)
        {
            case null or "Disabled": break;
            case "Enabled" or "IfPossible":
                if (mount.ReadOnlyProperty != true) { errors.Forbidden(path, "may only be specified when readOnly is true"); }
                if (mount.MountPropagation is not (null or "None")) { errors.Forbidden(path, "may only be specified when mountPropagation is None or not specified"); }
                break;
            default:
                errors.NotSupported(path, mount.RecursiveReadOnly, "Disabled", "Enabled", "IfPossible");
                break;
        }
    }

    private static void Devices(V1Container container, PodContext context, FieldPath path, FieldErrors errors)
    {
        var (names, paths) = (new HashSet<string>(), new HashSet<string>());
        for (var index = 0; index < container.VolumeDevices.Count; index++)
        {
            var (device, at) = (container.VolumeDevices[index], path.Index(index));
            var (name, devicePath) = (device.Name ?? string.Empty, device.DevicePath ?? string.Empty);
            if (name.Length == 0) { errors.Required(at.Child("name")); }
            else if (!names.Add(name)) { errors.Invalid(at.Child("name"), name, "must be unique"); }
            if (!context.Volumes.TryGetValue(name, out var volume)) { errors.NotFound(at.Child("name"), name); }
            else if (volume.PersistentVolumeClaim is null && volume.Ephemeral is null)
            {
                errors.Invalid(at.Child("name"), name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            }

            if (devicePath.Length == 0) { errors.Required(at.Child("devicePath")); }
            if (paths.Contains(devicePath)) { errors.Invalid(at.Child("devicePath"), devicePath, "must be unique"); }
            if (PathRules.StepsBack(devicePath)) { errors.Invalid(at.Child("devicePath"), devicePath, "can not contain backsteps ('..')"); }
            else { paths.Add(devicePath); }
            foreach (var mount in container.VolumeMounts ?? [])
            {
                if (mount.Name == name) { errors.Invalid(at.Child("name"), name, "must not already exist in volumeMounts"); }
                if (mount.MountPath == devicePath) { errors.Invalid(at.Child("devicePath"), devicePath, "must not already exist as a path in volumeMounts"); }
            }
        }
    }
}
