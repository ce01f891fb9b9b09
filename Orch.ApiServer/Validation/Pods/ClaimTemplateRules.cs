using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for the storage that a pod asks for itself.</summary>
internal static class ClaimTemplateRules
{
    private static readonly string[] Modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];

    /// <summary>Access modes, size, class and selector.</summary>
    public static void Validate(V1PersistentVolumeClaimSpec? spec, FieldPath path, FieldErrors errors)
    {
        if (spec?.AccessModes is not { Count: > 0 } modes) { errors.Required(path.Child("accessModes"), "at least 1 access mode is required"); }
        else
        {
            foreach (var mode in modes)
            {
                if (!Modes.Contains(mode)) { errors.NotSupported(path.Child("accessModes"), mode, Modes); }
            }

            if (modes.Contains("ReadWriteOncePod") && modes.Count > 1) { errors.Forbidden(path.Child("accessModes"), "may not use ReadWriteOncePod with other access modes"); }
        }

        if (spec is null) { return; }
        SelectorRules.Validate(spec.Selector, path.Child("selector"), errors);
        var at = path.Child("resources").Key("storage");
        if (spec.Resources?.Requests is not { } requests || !requests.TryGetValue("storage", out var size)) { errors.Required(at); }
        else if (size.ToDecimal() <= 0) { errors.Invalid(at, Quantities.Format(size), "must be greater than zero"); }
        if (!string.IsNullOrEmpty(spec.StorageClassName)) { NameRules.DnsSubdomain(spec.StorageClassName, false, path.Child("storageClassName"), errors); }
        if (spec.VolumeMode is not (null or "Block" or "Filesystem")) { errors.NotSupported(path.Child("volumeMode"), spec.VolumeMode, "Block", "Filesystem"); }
    }
}
