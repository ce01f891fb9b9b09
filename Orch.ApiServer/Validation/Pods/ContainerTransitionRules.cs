using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for which containers may run again after they ended.</summary>
internal static class ContainerTransitionRules
{
    private const string Stays = "may not be transitioned to non-terminated state";
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>A container leaves its terminated state only where its policy, its rules or its pod's policy starts it again.</summary>
    public static void Validate(V1PodStatus status, V1PodStatus old, V1PodSpec? spec, FieldErrors errors)
    {
        if (spec is null) { return; }
        if (!MayAllRestart(spec))
        {
            Each(status.ContainerStatuses, old.ContainerStatuses, "containerStatuses", errors, before => MayRestart(spec.Containers, before, spec));
            Each(status.InitContainerStatuses, old.InitContainerStatuses, "initContainerStatuses", errors, before => MayRestart(spec.InitContainers, before, spec));
        }

        Each(status.EphemeralContainerStatuses, old.EphemeralContainerStatuses, "ephemeralContainerStatuses", errors, static _ => false);
    }

    private static void Each(IList<V1ContainerStatus>? now, IList<V1ContainerStatus>? old, string field, FieldErrors errors, Func<V1ContainerStatus, bool> mayRestart)
    {
        for (var index = 0; index < (old?.Count ?? 0); index++)
        {
            var before = old![index];
            if (before.State?.Terminated is null || now?.FirstOrDefault(status => status.Name == before.Name) is not { } status || status.State?.Terminated is not null) { continue; }
            if (!mayRestart(before)) { errors.Forbidden(Status.Child(field).Index(index).Child("state"), Stays); }
        }
    }

    // One rule for all is enough for each of them to be started again.
    private static bool MayAllRestart(V1PodSpec spec) => RestartsAll(spec.Containers) || RestartsAll(spec.InitContainers);

    private static bool RestartsAll(IList<V1Container>? containers)
        => containers?.Any(static container => container.RestartPolicyRules?.Any(static rule => rule.Action == "RestartAllContainers") == true) == true;

    private static bool MayRestart(IList<V1Container>? containers, V1ContainerStatus before, V1PodSpec spec)
    {
        if (containers?.FirstOrDefault(container => container.Name == before.Name) is not { } container) { return false; }
        var exitCode = before.State.Terminated.ExitCode;
        if (container.RestartPolicy is not null && container.RestartPolicyRules?.FirstOrDefault(rule => Fits(rule, exitCode)) is { Action: "Restart" or "RestartAllContainers" }) { return true; }
        return (container.RestartPolicy ?? spec.RestartPolicy) switch
        {
            "Always" => true,
            "OnFailure" => exitCode != 0,
            _ => false,
        };
    }

    private static bool Fits(V1ContainerRestartRule rule, int exitCode)
        => rule.ExitCodes is { } codes && (codes.Values?.Contains(exitCode) == true) == (codes.OperatorProperty == "In");
}
