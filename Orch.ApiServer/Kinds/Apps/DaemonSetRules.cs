using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>The rules for daemon sets.</summary>
internal static class DaemonSetRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>What is wanted.</summary>
    public static void Validate(V1DaemonSetSpec spec, FieldErrors errors)
    {
        var faults = errors.Count;
        SelectorRules.Validate(spec.Selector, Spec.Child("selector"), errors);
        if (errors.Count == faults) { PodTemplateRules.PickedBy(spec.Template, spec.Selector, Spec.Child("template"), errors); }
        if (spec.Selector is { } selector && PodTemplateRules.IsEmpty(selector)) { errors.Invalid(Spec.Child("selector"), selector, "empty selector is invalid for daemonset"); }
        PodTemplateRules.Validate(spec.Template, Spec.Child("template"), errors);
        PodTemplateRules.RunsForEver(spec.Template, "DaemonSet", Spec.Child("template"), errors);
        NumberRules.NotNegative(spec.MinReadySeconds, Spec, "minReadySeconds", errors);
        Strategy(spec.UpdateStrategy, Spec.Child("updateStrategy"), errors);
        NumberRules.NotNegative(spec.RevisionHistoryLimit, Spec, "revisionHistoryLimit", errors);
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V1DaemonSetStatus? status, V1DaemonSetStatus? old, FieldErrors errors)
    {
        if (status is null) { return; }
        NumberRules.NotNegative(status.CurrentNumberScheduled, Status, "currentNumberScheduled", errors);
        NumberRules.NotNegative(status.NumberMisscheduled, Status, "numberMisscheduled", errors);
        NumberRules.NotNegative(status.DesiredNumberScheduled, Status, "desiredNumberScheduled", errors);
        NumberRules.NotNegative(status.NumberReady, Status, "numberReady", errors);
        NumberRules.NotNegative(status.ObservedGeneration, Status, "observedGeneration", errors);
        NumberRules.NotNegative(status.UpdatedNumberScheduled, Status, "updatedNumberScheduled", errors);
        NumberRules.NotNegative(status.NumberAvailable, Status, "numberAvailable", errors);
        NumberRules.NotNegative(status.NumberUnavailable, Status, "numberUnavailable", errors);
        NumberRules.NotNegative(status.CollisionCount, Status, "collisionCount", errors);
        ReplicaCounts.NotLess(status.CollisionCount, old?.CollisionCount, "collisionCount", errors);
    }

    private static void Strategy(V1DaemonSetUpdateStrategy strategy, FieldPath path, FieldErrors errors)
    {
        switch (strategy.Type)
        {
            case "OnDelete": break;
            case "RollingUpdate":
                if (strategy.RollingUpdate is null) { errors.Required(path.Child("rollingUpdate")); }
                else { Rolling(strategy.RollingUpdate, path.Child("rollingUpdate"), errors); }
                break;
            default:
                errors.NotSupported(path, strategy, "RollingUpdate", "OnDelete");
                break;
        }
    }

    private static void Rolling(V1RollingUpdateDaemonSet rolling, FieldPath path, FieldErrors errors)
    {
        NumberRules.CountOrPercent(rolling.MaxUnavailable, path.Child("maxUnavailable"), errors);
        NumberRules.CountOrPercent(rolling.MaxSurge, path.Child("maxSurge"), errors);
        NumberRules.AtMostAll(rolling.MaxUnavailable, path.Child("maxUnavailable"), errors);
        NumberRules.AtMostAll(rolling.MaxSurge, path.Child("maxSurge"), errors);
        var (unavailable, surge) = (!NumberRules.IsZero(rolling.MaxUnavailable), !NumberRules.IsZero(rolling.MaxSurge));
        if (unavailable && surge) { errors.Invalid(path.Child("maxSurge"), rolling.MaxSurge, "may not be set when maxUnavailable is non-zero"); }
        if (!unavailable && !surge) { errors.Required(path.Child("maxUnavailable"), "cannot be 0 when maxSurge is 0"); }
    }
}
