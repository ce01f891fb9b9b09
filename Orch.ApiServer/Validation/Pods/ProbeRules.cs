using k8s.Models;

namespace Orch.ApiServer.Validation.Pods;

/// <summary>The rules for probes.</summary>
internal static class ProbeRules
{
    /// <summary>Liveness and startup probes, which one success satisfies.</summary>
    public static void OneSuccess(V1Probe probe, FieldPath path, FieldErrors errors)
    {
        Common(probe, path, errors);
        if (probe.SuccessThreshold != 1) { errors.Invalid(path.Child("successThreshold"), probe.SuccessThreshold ?? 0, "must be 1"); }
    }

    /// <summary>Readiness probes, whose failure stops nothing.</summary>
    public static void Readiness(V1Probe probe, FieldPath path, FieldErrors errors)
    {
        Common(probe, path, errors);
        if (probe.TerminationGracePeriodSeconds is { } grace) { errors.Invalid(path.Child("terminationGracePeriodSeconds"), grace, "must not be set for readinessProbes"); }
    }

    private static void Common(V1Probe probe, FieldPath path, FieldErrors errors)
    {
        HandlerRules.Validate(probe, path, errors);
        NumberRules.NotNegative(probe.InitialDelaySeconds, path, "initialDelaySeconds", errors);
        NumberRules.NotNegative(probe.TimeoutSeconds, path, "timeoutSeconds", errors);
        NumberRules.NotNegative(probe.PeriodSeconds, path, "periodSeconds", errors);
        NumberRules.NotNegative(probe.SuccessThreshold, path, "successThreshold", errors);
        NumberRules.NotNegative(probe.FailureThreshold, path, "failureThreshold", errors);
        if (probe.TerminationGracePeriodSeconds <= 0) { errors.Invalid(path.Child("terminationGracePeriodSeconds"), probe.TerminationGracePeriodSeconds, "must be greater than 0"); }
    }
}
