using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>The rules for nodes.</summary>
internal static class NodeRules
{
    /// <summary>A node by itself.</summary>
    public static void Validate(V1Node value, FieldErrors errors)
    {
        TaintRules.Taints(value.Spec?.Taints, FieldPath.Of("metadata").Child("taints"), errors);
        Resources(value.Status?.Capacity, "capacity", errors);
        Resources(value.Status?.Allocatable, "allocatable", errors);
        PodCidrs(value.Spec?.PodCIDRs, errors);
    }

    /// <summary>A change of spec or status.</summary>
    public static void ValidateUpdate(V1Node value, V1Node old, FieldErrors errors)
    {
        Resources(value.Status?.Capacity, "capacity", errors);
        Resources(value.Status?.Allocatable, "allocatable", errors);
        Addresses(value.Status?.Addresses, errors);
        if (ReferenceEquals(value.Spec, old.Spec) || value.Spec is null || old.Spec is null) { return; }
        if (old.Spec.PodCIDRs is { Count: > 0 } && !ContentEquality.Same(value.Spec.PodCIDRs, old.Spec.PodCIDRs))
        {
            errors.Forbidden(FieldPath.Of("spec").Child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        else
        {
            PodCidrs(value.Spec.PodCIDRs, errors);
        }

        if (!string.IsNullOrEmpty(old.Spec.ProviderID) && value.Spec.ProviderID != old.Spec.ProviderID)
        {
            errors.Forbidden(FieldPath.Of("spec").Child("providerID"), "node updates may not change providerID except from \"\" to valid");
        }

        TaintRules.Taints(value.Spec.Taints, FieldPath.Of("spec").Child("taints"), errors);
        if (!ContentEquality.Same(value.Spec.ConfigSource, old.Spec.ConfigSource) || value.Spec.ExternalID != old.Spec.ExternalID)
        {
            errors.Forbidden(FieldPath.Of(string.Empty), "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)");
        }
    }

    private static void Resources(IDictionary<string, ResourceQuantity>? resources, string field, FieldErrors errors)
    {
        if (resources is null) { return; }
        foreach (var (name, quantity) in resources)
        {
            if (TextRules.IsQualifiedName(name) && quantity is not null && quantity.ToDecimal() >= 0) { continue; }
            var path = FieldPath.Of("status").Child(field).Key(name);
            TextRules.QualifiedName(name, path, errors);
            if (quantity is not null && quantity.ToDecimal() < 0) { errors.Invalid(path, quantity, NumberRules.NotNegativeText); }
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
