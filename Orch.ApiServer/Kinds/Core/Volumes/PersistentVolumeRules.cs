using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>The rules for volumes.</summary>
internal static class PersistentVolumeRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly object NoMap = new ShownAs("null");

    // Labels that have new names; a volume may be brought from one to the other.
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["failure-domain.beta.kubernetes.io/zone"] = "topology.kubernetes.io/zone",
        ["failure-domain.beta.kubernetes.io/region"] = "topology.kubernetes.io/region",
        ["beta.kubernetes.io/instance-type"] = "node.kubernetes.io/instance-type",
        ["beta.kubernetes.io/os"] = "kubernetes.io/os",
        ["beta.kubernetes.io/arch"] = "kubernetes.io/arch",
    };

    /// <summary>A volume.</summary>
    public static void Validate(V1PersistentVolume volume, FieldErrors errors) => ValidateSpec(volume.Spec, volume.Metadata.Name ?? string.Empty, false, Spec, errors);

    /// <summary>A specification, of a volume or inside an attachment.</summary>
    public static void ValidateSpec(V1PersistentVolumeSpec spec, string name, bool isInline, FieldPath path, FieldErrors errors)
    {
        const string Inline = "may not be specified in the context of inline volumes";
        if (isInline)
        {
            if (spec.ClaimRef is not null) { errors.Forbidden(path.Child("claimRef"), Inline); }
            if (spec.Capacity is { Count: > 0 }) { errors.Forbidden(path.Child("capacity"), Inline); }
            if (spec.Csi is null) { errors.Required(path.Child("csi"), "has to be specified in the context of inline volumes"); }
        }

        if (spec.AccessModes is not { Count: > 0 }) { errors.Required(path.Child("accessModes")); }
        AccessModeRules.Validate(spec.AccessModes, path.Child("accessModes"), errors);
        if (!isInline) { Capacity(spec.Capacity, path.Child("capacity"), errors); }
        Policy(spec.PersistentVolumeReclaimPolicy, isInline, path.Child("persistentVolumeReclaimPolicy"), errors);
        if (spec.NodeAffinity is { } affinity)
        {
            if (isInline) { errors.Forbidden(path.Child("nodeAffinity"), Inline); }
            else if (affinity.Required is null) { errors.Required(path.Child("nodeAffinity").Child("required"), "must specify required node constraints"); }
            else { AffinityRules.NodeSelector(affinity.Required, true, path.Child("nodeAffinity").Child("required"), errors); }
        }

        PersistentVolumeSourceRules.Validate(spec, name, path, errors);
        if (spec.PersistentVolumeReclaimPolicy == "Recycle" && spec.HostPath?.Path is { } host && PathRules.IsRoot(host))
        {
            errors.Forbidden(path.Child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }

        if (!string.IsNullOrEmpty(spec.StorageClassName))
        {
            if (isInline) { errors.Forbidden(path.Child("storageClassName"), Inline); }
            else { NameRules.DnsSubdomain(spec.StorageClassName, false, path.Child("storageClassName"), errors); }
        }

        if (isInline ? spec.VolumeMode is not (null or "Filesystem") : spec.VolumeMode is not (null or "Block" or "Filesystem"))
        {
            if (isInline) { errors.Forbidden(path.Child("volumeMode"), "may not specify volumeMode other than Filesystem in the context of inline volumes"); }
            else { errors.NotSupported(path.Child("volumeMode"), spec.VolumeMode, "Block", "Filesystem"); }
        }

        if (spec.VolumeAttributesClassName is not { } attributes || isInline) { return; }
        if (attributes.Length == 0) { errors.Required(path.Child("volumeAttributesClassName"), "an empty string is disallowed"); }
        else { NameRules.DnsSubdomain(attributes, false, path.Child("volumeAttributesClassName"), errors); }
        if (spec.Csi is null) { errors.Required(path.Child("csi"), "has to be specified when using volumeAttributesClassName"); }
    }

    /// <summary>A changed volume: where its data lie stays.</summary>
    public static void ValidateUpdate(V1PersistentVolume volume, V1PersistentVolume old, FieldErrors errors)
    {
        Validate(volume, errors);
        var (source, before) = (SourceOf(volume.Spec), SourceOf(old.Spec));
        if (before.Csi is { ControllerExpandSecretRef: null } && source.Csi is { ControllerExpandSecretRef: not null }) { source.Csi = source.Csi with { ControllerExpandSecretRef = null }; }
        if (!ContentEquality.Same(source, before))
        {
            errors.Forbidden(Spec.Child("persistentvolumesource"), $"spec.persistentvolumesource is immutable after creation\n{ContentDiff.Of(source, before)}");
        }

        ImmutableRule.Check(volume.Spec.VolumeMode, old.Spec.VolumeMode, FieldPath.Of("volumeMode"), errors);
        if (old.Spec.NodeAffinity is { } affinity && !ContentEquality.Same(volume.Spec.NodeAffinity, affinity) && !OnlyRenames(volume.Spec.NodeAffinity, affinity))
        {
            errors.Invalid(FieldPath.Of("nodeAffinity"), volume.Spec.NodeAffinity, $"{ImmutableRule.Text}, except for updating from beta label to GA");
        }

        if (old.Spec.VolumeAttributesClassName is not null && volume.Spec.VolumeAttributesClassName is null)
        {
            errors.Forbidden(Spec.Child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
        }
    }

    private static void Capacity(IDictionary<string, ResourceQuantity>? capacity, FieldPath path, FieldErrors errors)
    {
        if (capacity is not { Count: > 0 }) { errors.Required(path); }
        if (capacity is not { Count: 1 } || !capacity.ContainsKey("storage")) { errors.NotSupported(path, capacity ?? NoMap, "storage"); }
        foreach (var (name, quantity) in capacity ?? new Dictionary<string, ResourceQuantity>())
        {
            if (quantity is null) { continue; }
            if (quantity.ToDecimal() < 0) { errors.Invalid(path.Key(name), Orch.Resources.Quantities.Value(quantity), "must be a valid resource quantity"); }
            if (quantity.ToDecimal() <= 0) { errors.Invalid(path.Key(name), quantity, "must be greater than zero"); }
        }
    }

    private static void Policy(string? policy, bool isInline, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(policy)) { return; }
        if (isInline)
        {
            if (policy != "Retain") { errors.Forbidden(path, "may only be Retain in the context of inline volumes"); }
        }
        else if (policy is not ("Delete" or "Recycle" or "Retain"))
        {
            errors.NotSupported(path, policy, "Delete", "Recycle", "Retain");
        }
    }

    // The fields of the specification that say where the data lie.
    private static V1PersistentVolumeSpec SourceOf(V1PersistentVolumeSpec spec) => spec with
    {
        AccessModes = null, Capacity = null, ClaimRef = null, MountOptions = null, NodeAffinity = null, PersistentVolumeReclaimPolicy = null,
        StorageClassName = null, VolumeAttributesClassName = null, VolumeMode = null,
    };

    private static bool OnlyRenames(V1VolumeNodeAffinity? now, V1VolumeNodeAffinity old)
    {
        if (now?.Required?.NodeSelectorTerms is not { } terms || old.Required?.NodeSelectorTerms is not { } before || terms.Count != before.Count) { return false; }
        for (var index = 0; index < terms.Count; index++)
        {
            var (one, other) = (terms[index], before[index]);
            if (!ContentEquality.Same(one.MatchFields, other.MatchFields) || (one.MatchExpressions?.Count ?? 0) != (other.MatchExpressions?.Count ?? 0)) { return false; }
            for (var item = 0; item < (one.MatchExpressions?.Count ?? 0); item++)
            {
                var (expression, was) = (one.MatchExpressions![item], other.MatchExpressions![item]);
                if (ContentEquality.Same(expression, was)) { continue; }
                if (!Renamed.TryGetValue(was.Key ?? string.Empty, out var renamed) || !ContentEquality.Same(expression, was with { Key = renamed })) { return false; }
            }
        }

        return true;
    }
}
