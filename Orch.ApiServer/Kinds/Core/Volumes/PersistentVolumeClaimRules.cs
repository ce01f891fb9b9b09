using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>What may change in a claim: hardly anything, since quotas and limits were checked when it was made.</summary>
internal static class PersistentVolumeClaimRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");
    private static readonly string[] ResizeStates = ["ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"];

    /// <summary>A changed claim against what is stored.</summary>
    public static void ValidateUpdate(V1PersistentVolumeClaim claim, V1PersistentVolumeClaim old, FieldErrors errors)
    {
        ClaimSpecRules.Validate(claim.Spec, Spec, errors);
        var allowed = AsIfOnlyAllowed(claim, old, errors);
        var before = string.IsNullOrEmpty(old.Spec.VolumeName) ? old.Spec with { VolumeName = allowed.VolumeName } : old.Spec;
        if (!ContentEquality.Same(allowed, before))
        {
            errors.Forbidden(Spec, $"spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n{ContentDiff.Of(allowed, before)}");
        }

        // Less than before may be asked for when growing failed, but never less than there is.
        if (Storage(claim.Spec.Resources?.Requests) < Storage(old.Spec.Resources?.Requests) && Storage(claim.Spec.Resources?.Requests) <= Storage(old.Status?.Capacity))
        {
            errors.Forbidden(Spec.Child("resources").Child("requests").Child("storage"), "field can not be less than status.capacity");
        }

        ImmutableRule.Check(claim.Spec.VolumeMode, old.Spec.VolumeMode, FieldPath.Of("volumeMode"), errors);
        if (old.Status?.CurrentVolumeAttributesClassName is null || claim.Spec.VolumeAttributesClassName == old.Spec.VolumeAttributesClassName) { return; }
        if (claim.Spec.VolumeAttributesClassName is null) { errors.Forbidden(Spec.Child("volumeAttributesClassName"), "update to nil is forbidden when status.currentVolumeAttributesClassName is not nil"); }
        else if (claim.Spec.VolumeAttributesClassName.Length == 0)
        {
            errors.Forbidden(Spec.Child("volumeAttributesClassName"), "update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil");
        }
    }

    /// <summary>A changed status.</summary>
    public static void ValidateStatus(V1PersistentVolumeClaim claim, FieldErrors errors)
    {
        if (claim.Spec.AccessModes is not { Count: > 0 }) { errors.Required(FieldPath.Of("Spec").Child("accessModes")); }
        foreach (var (name, quantity) in claim.Status?.Capacity ?? new Dictionary<string, ResourceQuantity>()) { Basic(quantity, Status.Child("capacity").Key(name), errors); }
        foreach (var (name, state) in claim.Status?.AllocatedResourceStatuses ?? new Dictionary<string, string>())
        {
            Resource(name, Status.Child("allocatedResourceStatuses"), errors);
            if (!ResizeStates.Contains(state)) { errors.NotSupported(Status.Child("allocatedResourceStatuses"), name, ResizeStates); }
        }

        foreach (var (name, quantity) in claim.Status?.AllocatedResources ?? new Dictionary<string, ResourceQuantity>())
        {
            var faults = errors.Count;
            Resource(name, Status.Child("allocatedResources"), errors);
            if (errors.Count == faults) { Basic(quantity, Status.Child("allocatedResources").Key(name), errors); }
        }
    }

    // The new specification with each field that may change set back; what then still differs may not.
    private static V1PersistentVolumeClaimSpec AsIfOnlyAllowed(V1PersistentVolumeClaim claim, V1PersistentVolumeClaim old, FieldErrors errors)
    {
        var isBound = claim.Status?.Phase == "Bound";
        var spec = isBound ? claim.Spec with { VolumeAttributesClassName = old.Spec.VolumeAttributesClassName } : claim.Spec with { };
        if (isBound && spec.Resources?.Requests is { } requests && old.Spec.Resources?.Requests is { } before && before.TryGetValue("storage", out var size))
        {
            spec.Resources = spec.Resources with { Requests = new Dictionary<string, ResourceQuantity>(requests) { ["storage"] = size } };
        }

        var (was, now) = (Annotation(old), Annotation(claim));
        if (was is not null && old.Spec.StorageClassName is null && claim.Spec.StorageClassName == was && (now is null || now == was))
        {
            spec.StorageClassName = null;
            return spec;
        }

        if (was != now) { errors.Invalid(FieldPath.Of("metadata").Child("annotations").Child(VolumeAnnotations.StorageClass), now ?? string.Empty, ImmutableRule.Text); }
        if (claim.Spec.StorageClassName is not null && old.Spec.StorageClassName is null && (was is null || claim.Spec.StorageClassName == was)) { spec.StorageClassName = null; }
        return spec;
    }

    private static string? Annotation(V1PersistentVolumeClaim claim)
        => claim.Metadata.Annotations is { } annotations && annotations.TryGetValue(VolumeAnnotations.StorageClass, out var value) ? value : null;

    private static decimal Storage(IDictionary<string, ResourceQuantity>? amounts)
        => amounts is not null && amounts.TryGetValue("storage", out var quantity) && quantity is not null ? quantity.ToDecimal() : 0;

    private static void Basic(ResourceQuantity? quantity, FieldPath path, FieldErrors errors)
    {
        if (Quantities.Value(quantity) < 0) { errors.Invalid(path, Quantities.Value(quantity), "must be a valid resource quantity"); }
    }

    private static void Resource(string name, FieldPath path, FieldErrors errors)
    {
        if (!TextRules.IsQualifiedName(name)) { TextRules.QualifiedName(name, path, errors); }
        else if ((!name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal)) && name != "storage") { errors.NotSupported(path, name, "storage"); }
    }
}
