using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for what is reported of a pod.</summary>
internal static class PodStatusRules
{
    private const string NotNegative = "must be a non-negative integer";
    private static readonly FieldPath Metadata = FieldPath.Of("metadata");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A change of the status.</summary>
    public static void ValidateUpdate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        PodAnnotationRules.ValidateUpdate(pod, old, Metadata.Child("annotations"), errors);
        if (pod.Status is not { } status) { return; }
        var before = old.Status ?? new V1PodStatus();
        Conditions(status.Conditions, errors);
        Nominated(status.NominatedNodeName ?? string.Empty, before.NominatedNodeName ?? string.Empty, !string.IsNullOrEmpty(old.Spec?.NodeName), errors);
        if (status.ObservedGeneration < 0) { errors.Invalid(Status.Child("observedGeneration"), status.ObservedGeneration, NotNegative); }
        if ((status.QosClass ?? string.Empty) != (before.QosClass ?? string.Empty)) { errors.Invalid(Status.Child("qosClass"), status.QosClass ?? string.Empty, ImmutableRule.Text); }
        ContainerTransitionRules.Validate(status, before, old.Spec, errors);
        PodClaimStatusRules.Validate(status, pod.Spec, errors);
        Addresses(status.PodIPs?.Select(static address => address.Ip).ToList(), before.PodIPs?.Select(static address => address.Ip).ToList(), status.PodIPs, Status.Child("podIPs"), errors);
        if (status.HostIPs is { Count: > 0 } hosts && status.HostIP != hosts[0].Ip) { errors.Invalid(Status.Child("hostIPs").Index(0).Child("ip"), hosts[0].Ip ?? string.Empty, "must be equal to `hostIP`"); }
        Addresses(status.HostIPs?.Select(static address => address.Ip).ToList(), before.HostIPs?.Select(static address => address.Ip).ToList(), status.HostIPs, Status.Child("hostIPs"), errors);
        ContainerStatusRules.Validate(status, pod.Spec, errors);
    }

    private static void Nominated(string node, string before, bool isBound, FieldErrors errors)
    {
        if (node.Length == 0 || node == before) { return; }
        NameRules.DnsSubdomain(node, false, Status.Child("nominatedNodeName"), errors);
        if (isBound) { errors.Forbidden(Status.Child("nominatedNodeName"), "may not be set on pods that are already bound to a node"); }
    }

    private static void Addresses(List<string>? addresses, List<string>? kept, object? shown, FieldPath path, FieldErrors errors)
    {
        if (addresses is not { Count: > 0 }) { return; }
        for (var index = 0; index < addresses.Count; index++) { IpRules.Address(addresses[index], path.Index(index), errors, kept); }
        if (addresses.Count == 1) { return; }
        var isDual = addresses.Any(IpRules.IsV6) && addresses.Any(static address => IpRules.TryParse(address, out _) && !IpRules.IsV6(address));
        if (!isDual || addresses.Count > 2) { errors.Invalid(path, shown, "may specify no more than one IP for each IP family"); }
    }

    private static void Conditions(IList<V1PodCondition>? conditions, FieldErrors errors)
    {
        for (var index = 0; index < (conditions?.Count ?? 0); index++)
        {
            var condition = conditions![index];
            if (condition.ObservedGeneration < 0) { errors.Invalid(Status.Child("conditions").Index(index).Child("observedGeneration"), condition.ObservedGeneration, NotNegative); }
            var type = condition.Type ?? string.Empty;
            if (!TextRules.IsQualifiedName(type)) { TextRules.QualifiedName(type, Status.Child("conditions").Index(index).Child("Type"), errors); }
        }
    }
}
