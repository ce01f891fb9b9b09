using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for writing a pod's status.</summary>
internal static class PodStatusRules
{
    private const string Stays = "may not be transitioned to non-terminated state";
    private static readonly FieldPath Metadata = FieldPath.Of("metadata");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A changed status against what is stored.</summary>
    public static void ValidateUpdate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        PodAnnotationRules.ValidateUpdate(pod, old, Metadata.Child("annotations"), errors);
        if (pod.Status is not { } status) { return; }
        Conditions(status.Conditions, errors);
        var nominated = status.NominatedNodeName ?? string.Empty;
        if (nominated.Length > 0 && nominated != old.Status?.NominatedNodeName) { NameRules.DnsSubdomain(nominated, false, Status.Child("nominatedNodeName"), errors); }
        if ((status.QosClass ?? string.Empty) != (old.Status?.QosClass ?? string.Empty)) { errors.Invalid(Status.Child("qosClass"), status.QosClass ?? string.Empty, ImmutableRule.Text); }

        var policy = old.Spec?.RestartPolicy;
        Transitions(status.ContainerStatuses, old.Status?.ContainerStatuses, null, policy, "containerStatuses", errors);
        Transitions(status.InitContainerStatuses, old.Status?.InitContainerStatuses, old.Spec?.InitContainers, policy, "initContainerStatuses", errors);
        Transitions(status.EphemeralContainerStatuses, old.Status?.EphemeralContainerStatuses, null, "Never", "ephemeralContainerStatuses", errors);
        PodAddresses(status, errors);
        HostAddresses(status, errors);
    }

    // A container that must not run again cannot leave its terminated state; a sidecar may always.
    private static void Transitions(
        IList<V1ContainerStatus>? now, IList<V1ContainerStatus>? old, IList<V1Container>? initContainers, string? policy, string field, FieldErrors errors)
    {
        if (policy == "Always") { return; }
        for (var index = 0; index < (old?.Count ?? 0); index++)
        {
            var before = old![index];
            if (before.State?.Terminated is not { } ended || (ended.ExitCode != 0 && policy == "OnFailure")) { continue; }
            if (initContainers?.Any(container => container.Name == before.Name && container.RestartPolicy == "Always") == true) { continue; }
            foreach (var status in now ?? [])
            {
                if (status.Name == before.Name && status.State?.Terminated is null) { errors.Forbidden(Status.Child(field).Index(index).Child("state"), Stays); }
            }
        }
    }

    private static void PodAddresses(V1PodStatus status, FieldErrors errors)
    {
        if (status.PodIPs is not { Count: > 0 } addresses) { return; }
        var path = Status.Child("podIPs");
        for (var index = 0; index < addresses.Count; index++) { IpRules.Address(addresses[index].Ip, path.Index(index), errors); }
        if (addresses.Count == 1) { return; }
        if (addresses.Count > 2 || IpRules.IsV6(addresses[0].Ip) == IpRules.IsV6(addresses[1].Ip)) { errors.Invalid(path, addresses, "may specify no more than one IP for each IP family"); }
        for (var index = 1; index < addresses.Count; index++)
        {
            if (addresses.Take(index).Any(earlier => earlier.Ip == addresses[index].Ip)) { errors.Duplicate(path.Index(index), addresses[index]); }
        }
    }

    private static void HostAddresses(V1PodStatus status, FieldErrors errors)
    {
        if (status.HostIPs is not { Count: > 0 } addresses) { return; }
        var path = Status.Child("hostIPs");
        if (status.HostIP != addresses[0].Ip) { errors.Invalid(path.Index(0).Child("ip"), addresses[0].Ip, "must be equal to `hostIP`"); }
        for (var index = 0; index < addresses.Count; index++) { IpRules.Address(addresses[index].Ip, path.Index(index), errors); }
        for (var index = 1; index < addresses.Count; index++)
        {
            if (addresses.Take(index).Any(earlier => earlier.Ip == addresses[index].Ip)) { errors.Duplicate(path.Index(index), addresses[index]); }
        }

        if (addresses.Count > 2 || (addresses.Count == 2 && IpRules.IsV6(addresses[0].Ip) == IpRules.IsV6(addresses[1].Ip)))
        {
            errors.Invalid(path, addresses, "may specify no more than one IP for each IP family");
        }
    }

    // The path is upstream's.
    private static void Conditions(IList<V1PodCondition>? conditions, FieldErrors errors)
    {
        for (var index = 0; index < (conditions?.Count ?? 0); index++)
        {
            var type = conditions![index].Type ?? string.Empty;
            if (!TextRules.IsQualifiedName(type)) { TextRules.QualifiedName(type, Metadata.Child("conditions").Index(index).Child("Type"), errors); }
        }
    }
}
