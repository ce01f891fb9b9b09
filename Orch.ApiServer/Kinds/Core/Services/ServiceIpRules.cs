using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>The rules for a service's cluster addresses and their families.</summary>
internal static class ServiceIpRules
{
    private const string MayNotChange = "may not change once set";
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Addresses = Spec.Child("clusterIPs");
    private static readonly FieldPath Families = Spec.Child("ipFamilies");
    private static readonly FieldPath Policy = Spec.Child("ipFamilyPolicy");

    /// <summary>Whether the service asks for no address of its own.</summary>
    public static bool IsHeadless(V1ServiceSpec spec)
        => spec.ClusterIP == "None" || (spec.ClusterIPs is { Count: 1 } addresses && addresses[0] == "None");

    /// <summary>Addresses, families and policy, and that they agree.</summary>
    /// <param name="kept">Addresses that the service has already.</param>
    public static void Validate(V1ServiceSpec spec, IList<string>? kept, FieldErrors errors)
    {
        if (spec.Type == "ExternalName") { return; }
        Single(spec, errors);
        Family(spec, errors);
        var addresses = spec.ClusterIPs ?? [];
        var isWrong = false;
        for (var index = 0; index < addresses.Count; index++)
        {
            if (index == 0 && addresses[0] == "None")
            {
                if (addresses.Count == 1) { continue; }
                isWrong = true;
                errors.Invalid(Addresses, addresses, "'None' must be the first and only value");
                continue;
            }

            var faults = errors.Count;
            IpRules.Address(addresses[index], Addresses.Index(index), errors, kept);
            isWrong |= errors.Count > faults;
        }

        if (addresses.Count > 2) { errors.Invalid(Addresses, addresses, "may only hold up to 2 values"); }
        if (isWrong) { return; }
        if (addresses.Count == 2 && IpRules.IsV6(addresses[0]) == IpRules.IsV6(addresses[1]))
        {
            errors.Invalid(Addresses, addresses, "may specify no more than one IP for each IP family");
        }

        if (!IsHeadless(spec) && spec.IpFamilies is { Count: > 0 }) { Match(addresses, spec.IpFamilies, errors); }
    }

    /// <summary>What an update may do to them: add or release the second, keep the first.</summary>
    public static void ValidateChange(V1ServiceSpec spec, V1ServiceSpec old, FieldErrors errors)
    {
        if (spec.Type == "ExternalName" || old.Type == "ExternalName") { return; }
        var (isHeadless, wasHeadless) = (IsHeadless(spec), IsHeadless(old));
        if (!isHeadless || !wasHeadless) { ChangeAddresses(spec.ClusterIPs ?? [], old.ClusterIPs ?? [], spec.IpFamilyPolicy, errors); }
        if (!isHeadless && !wasHeadless) { ChangeFamilies(spec.IpFamilies ?? [], old.IpFamilies ?? [], spec, errors); }
    }

    private static void Single(V1ServiceSpec spec, FieldErrors errors)
    {
        if (!string.IsNullOrEmpty(spec.ClusterIP))
        {
            if (spec.ClusterIPs is not { Count: > 0 }) { errors.Required(Addresses); }
            else if (spec.ClusterIPs[0] != spec.ClusterIP) { errors.Invalid(Addresses, spec.ClusterIPs, "first value must match `clusterIP`"); }
        }
        else if (spec.ClusterIPs is { Count: > 0 })
        {
            errors.Invalid(Addresses, spec.ClusterIPs, "must be empty when `clusterIP` is not specified");
        }
    }

    private static void Family(V1ServiceSpec spec, FieldErrors errors)
    {
        for (var index = 0; index < (spec.IpFamilies?.Count ?? 0); index++)
        {
            var family = spec.IpFamilies![index];
            if (family is not ("IPv4" or "IPv6")) { errors.NotSupported(Families.Index(index), family, "IPv4", "IPv6"); }
            if (spec.IpFamilies.IndexOf(family) < index) { errors.Duplicate(Families.Index(index), family); }
        }

        if (spec.IpFamilyPolicy is not (null or "SingleStack" or "PreferDualStack" or "RequireDualStack"))
        {
            errors.NotSupported(Policy, spec.IpFamilyPolicy, "PreferDualStack", "RequireDualStack", "SingleStack");
        }
    }

    private static void Match(IList<string> addresses, IList<string> families, FieldErrors errors)
    {
        for (var index = 0; index < Math.Min(addresses.Count, families.Count); index++)
        {
            var isV6 = IpRules.IsV6(addresses[index]);
            if (families[index] == "IPv4" && isV6) { errors.Invalid(Addresses.Index(index), addresses[index], $"expected an IPv4 value as indicated by `ipFamilies[{index}]`"); }
            if (families[index] == "IPv6" && !isV6) { errors.Invalid(Addresses.Index(index), addresses[index], $"expected an IPv6 value as indicated by `ipFamilies[{index}]`"); }
        }
    }

    private static void ChangeAddresses(IList<string> now, IList<string> old, string? policy, FieldErrors errors)
    {
        if (now.Count == old.Count)
        {
            for (var index = 0; index < now.Count; index++)
            {
                if (now[index] != old[index]) { errors.Invalid(Addresses.Index(index), now, MayNotChange); }
            }
        }
        else if (now.Count == 0)
        {
            errors.Invalid(Addresses.Index(0), now, "primary clusterIP can not be unset");
        }
        else
        {
            if (old.Count > 0 && now[0] != old[0]) { errors.Invalid(Addresses.Index(0), now, MayNotChange); }
            if (now.Count == 1 && old.Count > 1 && policy != "SingleStack") { errors.Invalid(Policy, policy, "must be set to 'SingleStack' when releasing the secondary clusterIP"); }
        }
    }

    // Paths and values are upstream's: the first family for any, and addresses where families are meant.
    private static void ChangeFamilies(IList<string> now, IList<string> old, V1ServiceSpec spec, FieldErrors errors)
    {
        if (now.Count == old.Count)
        {
            for (var index = 0; index < now.Count; index++)
            {
                if (now[index] != old[index]) { errors.Invalid(Families.Index(0), now, MayNotChange); }
            }

            return;
        }

        if (now.Count < old.Count && spec.ClusterIPs is not { Count: > 0 }) { errors.Invalid(Families.Index(0), now, "primary ipFamily can not be unset"); }
        if (now.Count > 0 && old.Count > 0 && now[0] != old[0]) { errors.Invalid(Families.Index(0), spec.ClusterIPs, MayNotChange); }
        if (now.Count == 1 && old.Count > 1 && spec.IpFamilyPolicy != "SingleStack") { errors.Invalid(Policy, spec.IpFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary ipFamily"); }
    }
}
