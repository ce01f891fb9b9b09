using k8s.Models;
using Orch.ApiServer.Kinds.Core.Services;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Allocation;

/// <summary>Works out a service's address families from what it says and what the cluster has.</summary>
internal sealed class ServiceIpFamilies(IReadOnlyList<AddressRange> ranges)
{
    private static readonly GroupVersionKind Kind = new(string.Empty, "v1", "Service");
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Policy = Spec.Child("ipFamilyPolicy");

    /// <summary>Fills in policy and families.</summary>
    /// <exception cref="ApiException">The service asks for what the cluster does not have.</exception>
    public void Resolve(V1Service service, V1Service? old)
    {
        var spec = service.Spec;
        if (spec.Type == "ExternalName" || (old is not null && StaysPreferDual(spec, old.Spec))) { return; }
        var isSelectorless = ServiceIpRules.IsHeadless(spec) && spec.Selector is not { Count: > 0 };
        spec.IpFamilyPolicy ??= old?.Spec.IpFamilyPolicy ?? (isSelectorless ? "RequireDualStack" : "SingleStack");

        var errors = new FieldErrors();
        if (spec.IpFamilyPolicy == "SingleStack") { CheckSingle(spec, errors); }
        FromAddresses(spec, errors);
        Refuse(service, errors);
        if (isSelectorless)
        {
            // Nothing is allocated, and whoever fills the endpoints may have addresses of either family.
            if (spec.IpFamilies is not { Count: > 0 }) { spec.IpFamilies = [ranges[0].Family]; }
            if (spec.IpFamilies.Count == 1 && spec.IpFamilyPolicy != "SingleStack") { spec.IpFamilies = [spec.IpFamilies[0], Other(spec.IpFamilies[0])]; }
            return;
        }

        if (spec.IpFamilyPolicy == "RequireDualStack" && ranges.Count < 2) { errors.Invalid(Policy, spec.IpFamilyPolicy, "this cluster is not configured for dual-stack services"); }
        for (var index = 0; index < (spec.IpFamilies?.Count ?? 0); index++)
        {
            if (!IsConfigured(spec.IpFamilies![index])) { errors.Invalid(Spec.Child("ipFamilies").Index(index), spec.IpFamilies[index], "not configured on this cluster"); }
        }

        Refuse(service, errors);
        if (spec.IpFamilies is not { Count: > 0 }) { spec.IpFamilies = [ranges[0].Family]; }
        if (spec.IpFamilyPolicy != "SingleStack" && spec.IpFamilies.Count == 1 && ranges.Count == 2) { spec.IpFamilies = [spec.IpFamilies[0], Other(spec.IpFamilies[0])]; }
    }

    private static string Other(string family) => family == "IPv4" ? "IPv6" : "IPv4";

    // A cluster that gains or loses a family does not change such a service behind its owner's back.
    private static bool StaysPreferDual(V1ServiceSpec spec, V1ServiceSpec old)
        => old.Type != "ExternalName" && spec.IpFamilyPolicy == "PreferDualStack" && old.IpFamilyPolicy == "PreferDualStack"
            && spec.ClusterIPs is { Count: > 0 } && ContentEquality.Same(spec.ClusterIPs, old.ClusterIPs) && ContentEquality.Same(spec.IpFamilies, old.IpFamilies);

    private static void CheckSingle(V1ServiceSpec spec, FieldErrors errors)
    {
        if (spec.ClusterIPs is { Count: 2 }) { errors.Invalid(Policy, spec.IpFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified"); }
        if (spec.IpFamilies is { Count: 2 }) { errors.Invalid(Policy, spec.IpFamilyPolicy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified"); }
    }

    private static void Refuse(V1Service service, FieldErrors errors)
    {
        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, service.Metadata.Name ?? string.Empty, errors); }
    }

    private bool IsConfigured(string family) => ranges.Any(range => range.Family == family);

    private void FromAddresses(V1ServiceSpec spec, FieldErrors errors)
    {
        for (var index = spec.IpFamilies?.Count ?? 0; index < (spec.ClusterIPs?.Count ?? 0); index++)
        {
            if (spec.ClusterIPs![index] == "None") { return; }
            var family = IpRules.IsV6(spec.ClusterIPs[index]) ? "IPv6" : "IPv4";
            if (!IsConfigured(family)) { errors.Invalid(Spec.Child("clusterIPs").Index(index), spec.ClusterIPs, $"{family} is not configured on this cluster"); }
            else { spec.IpFamilies = [.. spec.IpFamilies ?? [], family]; }
        }
    }
}
