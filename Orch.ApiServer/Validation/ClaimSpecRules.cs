using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Validation;

/// <summary>The rules for asking for storage, in claims and in templates of claims.</summary>
internal static class ClaimSpecRules
{
    /// <summary>Access modes, selector, size, class, mode and source.</summary>
    public static void Validate(V1PersistentVolumeClaimSpec? spec, FieldPath path, FieldErrors errors)
    {
        if (spec?.AccessModes is not { Count: > 0 }) { errors.Required(path.Child("accessModes"), "at least 1 access mode is required"); }
        spec ??= new V1PersistentVolumeClaimSpec();
        SelectorRules.Validate(spec.Selector, path.Child("selector"), errors);
        AccessModeRules.Validate(spec.AccessModes, path.Child("accessModes"), errors);
        var at = path.Child("resources").Key("storage");
        if (spec.Resources?.Requests is not { } requests || !requests.TryGetValue("storage", out var size) || size is null) { errors.Required(at); }
        else if (size.ToDecimal() <= 0) { errors.Invalid(at, Quantities.Format(size), "must be greater than zero"); }
        if (!string.IsNullOrEmpty(spec.StorageClassName)) { NameRules.DnsSubdomain(spec.StorageClassName, false, path.Child("storageClassName"), errors); }
        if (spec.VolumeMode is not (null or "Block" or "Filesystem")) { errors.NotSupported(path.Child("volumeMode"), spec.VolumeMode, "Block", "Filesystem"); }
        if (spec.DataSource is { } source) { Source(source.Name, source.Kind, source.ApiGroup, path.Child("dataSource"), errors); }
        if (spec.DataSourceRef is { } reference)
        {
            Source(reference.Name, reference.Kind, reference.ApiGroup, path.Child("dataSourceRef"), errors);
            if (!string.IsNullOrEmpty(reference.NamespaceProperty)) { NameRules.DnsLabel(reference.NamespaceProperty, false, path.Child("dataSourceRef").Child("namespace"), errors); }
        }

        BothSources(spec, path, errors);
        if (!string.IsNullOrEmpty(spec.VolumeAttributesClassName)) { NameRules.DnsSubdomain(spec.VolumeAttributesClassName, false, path.Child("volumeAttributesClassName"), errors); }
    }

    private static void Source(string? name, string? kind, string? group, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(name)) { errors.Required(path.Child("name")); }
        if (string.IsNullOrEmpty(kind)) { errors.Required(path.Child("kind")); }
        if (string.IsNullOrEmpty(group))
        {
            if (kind != "PersistentVolumeClaim") { errors.Invalid(path, kind ?? string.Empty, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"); }
        }
        else
        {
            NameRules.DnsSubdomain(group, false, path.Child("apiGroup"), errors);
        }
    }

    // The value that upstream shows is a path, which has no text of its own.
    private static void BothSources(V1PersistentVolumeClaimSpec spec, FieldPath path, FieldErrors errors)
    {
        if (spec.DataSource is not { } source || spec.DataSourceRef is not { } reference) { return; }
        if (!string.IsNullOrEmpty(reference.NamespaceProperty)) { errors.Invalid(path, new object(), "may not be specified when dataSourceRef.namespace is specified"); }
        else if (source.ApiGroup != reference.ApiGroup || source.Kind != reference.Kind || source.Name != reference.Name) { errors.Invalid(path, new object(), "must match dataSourceRef"); }
    }
}
