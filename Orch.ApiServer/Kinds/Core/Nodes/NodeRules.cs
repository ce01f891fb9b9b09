using k8s.Models;
using Orch.ApiServer.Kinds.Core.Quotas;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>The rules for nodes.</summary>
internal static class NodeRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A node by itself.</summary>
    public static void Validate(V1Node value, FieldErrors errors)
    {
        NodeAnnotationRules.Validate(value.Metadata.Annotations, errors);
        Taints(value, errors);
        Resources(value.Status?.Capacity, "capacity", errors);
        Resources(value.Status?.Allocatable, "allocatable", errors);
        if (value.Status?.NodeInfo?.Swap?.Capacity is { } swap and <= 0) { errors.Invalid(FieldPath.Of("metadata").Child("nodeSwapStatus").Child("capacity"), swap, "must be greater than zero"); }
        NodeFeatureRules.Validate(value.Status?.DeclaredFeatures, Status.Child("declaredFeatures"), errors);
        PodCidrs(value.Spec?.PodCIDRs, errors);
    }

    /// <summary>A change of the node; upstream looks at it by itself once more.</summary>
    public static void ValidateUpdate(V1Node value, V1Node old, FieldErrors errors)
    {
        Validate(value, errors);
        ValidateStatusUpdate(value, old, errors);
    }

    /// <summary>A change of the status.</summary>
    public static void ValidateStatusUpdate(V1Node value, V1Node old, FieldErrors errors)
    {
        NodeAnnotationRules.Validate(value.Metadata.Annotations, errors);
        Resources(value.Status?.Capacity, "capacity", errors);
        Resources(value.Status?.Allocatable, "allocatable", errors);
        NodeFeatureRules.Validate(value.Status?.DeclaredFeatures, Status.Child("declaredFeatures"), errors);
        Addresses(value.Status?.Addresses, errors);
        var (spec, before) = (value.Spec ?? new V1NodeSpec(), old.Spec ?? new V1NodeSpec());
        KeptCidrs(spec.PodCIDRs ?? [], before.PodCIDRs ?? [], errors);
        if (!string.IsNullOrEmpty(before.ProviderID) && spec.ProviderID != before.ProviderID)
        {
            errors.Forbidden(Spec.Child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }

        NodeConfigRules.Validate(spec.ConfigSource, value.Status?.Config, errors);
        Taints(value, errors);
        if ((spec.ExternalID ?? string.Empty) != (before.ExternalID ?? string.Empty)) { errors.Forbidden(Spec.Child("externalID"), "may not be updated"); }
    }

    // The path is upstream's.
    private static void Taints(V1Node value, FieldErrors errors) => TaintRules.Taints(value.Spec?.Taints, FieldPath.Of("metadata").Child("taints"), errors);

    private static void KeptCidrs(IList<string> cidrs, IList<string> old, FieldErrors errors)
    {
        const string Kept = "node updates may not change podCIDR except from \"\" to valid";
        if (old.Count == 0) { return; }
        if (old.Count != cidrs.Count)
        {
            errors.Forbidden(Spec.Child("podCIDRs"), Kept);
            return;
        }

        for (var index = 0; index < old.Count; index++)
        {
            if (old[index] != cidrs[index]) { errors.Forbidden(Spec.Child("podCIDRs"), Kept); }
        }
    }

    private static void Resources(IDictionary<string, ResourceQuantity>? resources, string field, FieldErrors errors)
    {
        if (resources is null) { return; }
        foreach (var (name, quantity) in resources)
        {
            if (quantity is null) { continue; }
            var value = quantity.ToDecimal();
            if (value < 0) { errors.Invalid(Status.Child(field).Child(name), quantity, NumberRules.NotNegativeText); }
            if (decimal.Truncate(value) != value && ResourceNames.IsCounted(name)) { errors.Invalid(Status.Child(field).Child(name), quantity, "must be an integer"); }
        }
    }

    private static void Addresses(IList<V1NodeAddress>? addresses, FieldErrors errors)
    {
        if (addresses is not { Count: > 1 }) { return; }
        for (var index = 1; index < addresses.Count; index++)
        {
            for (var earlier = 0; earlier < index; earlier++)
            {
                if (addresses[earlier].Type != addresses[index].Type || addresses[earlier].Address != addresses[index].Address) { continue; }
                errors.Duplicate(FieldPath.Of("status").Child("addresses").Index(index), addresses[index]);
                break;
            }
        }
    }

    private static void PodCidrs(IList<string>? cidrs, FieldErrors errors)
    {
        if (cidrs is not { Count: > 0 }) { return; }
        var path = FieldPath.Of("spec").Child("podCIDRs");
        for (var index = 0; index < cidrs.Count; index++) { IpRules.Cidr(cidrs[index], path.Index(index), errors); }
        if (cidrs.Count > 2 || (cidrs.Count == 2 && cidrs[0].Contains(':', StringComparison.Ordinal) == cidrs[1].Contains(':', StringComparison.Ordinal)))
        {
            errors.Invalid(path, cidrs, "may specify no more than one CIDR for each IP family");
        }
    }
}
