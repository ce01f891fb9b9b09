using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for writing a pod's status.</summary>
internal static class PodStatusRules
{
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A changed status against what is stored.</summary>
    public static void ValidateUpdate(V1Pod pod, V1Pod old, FieldErrors errors)
    {
        if (pod.Spec?.NodeName != old.Spec?.NodeName) { errors.Forbidden(Status.Child("nodeName"), "may not be changed directly"); }
        if (pod.Status is not { } status) { return; }
        if (!string.IsNullOrEmpty(status.NominatedNodeName)) { NameRules.DnsSubdomain(status.NominatedNodeName, false, Status.Child("nominatedNodeName"), errors); }
        if (pod.Spec?.Os?.Name != "windows" || pod.Spec.Os is null)
        {
            Restarts(status.ContainerStatuses, old.Status?.ContainerStatuses, pod.Spec?.Containers, pod.Spec?.RestartPolicy, "containerStatuses", errors);
            Restarts(status.InitContainerStatuses, old.Status?.InitContainerStatuses, pod.Spec?.InitContainers, pod.Spec?.RestartPolicy, "initContainerStatuses", errors);
        }

        Addresses(status, errors);
        if (!string.IsNullOrEmpty(old.Status?.QosClass) && status.QosClass != old.Status.QosClass)
        {
            errors.Invalid(Status.Child("qosClass"), status.QosClass ?? string.Empty, ImmutableRule.Text);
        }

        Conditions(status.Conditions, old.Status?.Conditions, errors);
    }

    // A container that must not run again cannot leave its terminated state.
    private static void Restarts(
        IList<V1ContainerStatus>? now, IList<V1ContainerStatus>? old, IList<V1Container>? containers, string? podPolicy, string field, FieldErrors errors)
    {
        if (podPolicy == "Always" && field == "containerStatuses") { return; }
        for (var index = 0; index < (old?.Count ?? 0); index++)
        {
            var before = old![index];
            if (before.State?.Terminated is not { } ended) { continue; }
            var container = containers?.FirstOrDefault(item => item.Name == before.Name);
            if (container?.RestartPolicy is { Length: > 0 } || podPolicy == "Always") { continue; }
            if (podPolicy == "OnFailure" && ended.ExitCode != 0) { continue; }
            if (now?.FirstOrDefault(status => status.Name == before.Name) is { State.Terminated: null })
            {
                errors.Forbidden(Status.Child(field).Index(index).Child("state"), "may not be transitioned to non-terminated state");
            }
        }
    }

    private static void Addresses(V1PodStatus status, FieldErrors errors)
    {
        Family(status.PodIPs?.Select(static item => item.Ip).ToList(), "podIPs", "pod", errors);
        Family(status.HostIPs?.Select(static item => item.Ip).ToList(), "hostIPs", "host", errors);
    }

    private static void Family(List<string>? addresses, string field, string what, FieldErrors errors)
    {
        if (addresses is not { Count: > 0 }) { return; }
        var path = Status.Child(field);
        for (var index = 0; index < addresses.Count; index++)
        {
            IpRules.Address(addresses[index], path.Index(index), errors);
            if (addresses.IndexOf(addresses[index]) < index) { errors.Duplicate(path.Index(index), addresses[index]); }
        }

        if (addresses.Count > 2 || (addresses.Count == 2 && IpRules.IsV6(addresses[0]) == IpRules.IsV6(addresses[1])))
        {
            errors.Invalid(path, addresses, $"may specify no more than one IP for each IP family, {what} IPs");
        }
    }

    private static void Conditions(IList<V1PodCondition>? now, IList<V1PodCondition>? old, FieldErrors errors)
    {
        for (var index = 0; index < (now?.Count ?? 0); index++)
        {
            var condition = now![index];
            if (condition.ObservedGeneration < 0) { errors.Invalid(Status.Child("conditions").Index(index).Child("observedGeneration"), condition.ObservedGeneration, NumberRules.NotNegativeText); }
            if (string.IsNullOrEmpty(condition.Type) || TextRules.IsQualifiedName(condition.Type)) { continue; }
            if (old?.Any(item => item.Type == condition.Type) == true) { continue; }
            TextRules.QualifiedName(condition.Type, Status.Child("conditions").Index(index).Child("Type"), errors);
        }
    }
}
