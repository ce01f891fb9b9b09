using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>The rules for deployments.</summary>
internal static class DeploymentRules
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>What is wanted.</summary>
    public static void Validate(V1DeploymentSpec spec, FieldErrors errors)
    {
        NumberRules.NotNegative(spec.Replicas, Spec, "replicas", errors);
        if (PodTemplateRules.Selector(spec.Selector, Spec.Child("selector"), errors)) { PodTemplateRules.ValidateReplicated(spec.Template, spec.Selector, Spec.Child("template"), errors); }
        Strategy(spec.Strategy, Spec.Child("strategy"), errors);
        NumberRules.NotNegative(spec.MinReadySeconds, Spec, "minReadySeconds", errors);
        NumberRules.NotNegative(spec.RevisionHistoryLimit, Spec, "revisionHistoryLimit", errors);
        NumberRules.NotNegative(spec.ProgressDeadlineSeconds, Spec, "progressDeadlineSeconds", errors);
        if (spec.ProgressDeadlineSeconds is { } deadline && deadline <= (spec.MinReadySeconds ?? 0))
        {
            errors.Invalid(Spec.Child("progressDeadlineSeconds"), deadline, "must be greater than minReadySeconds");
        }
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V1DeploymentStatus? status, V1DeploymentStatus? old, FieldErrors errors)
    {
        if (status is null) { return; }
        NumberRules.NotNegative(status.ObservedGeneration, Status, "observedGeneration", errors);
        NumberRules.NotNegative(status.Replicas, Status, "replicas", errors);
        NumberRules.NotNegative(status.UpdatedReplicas, Status, "updatedReplicas", errors);
        NumberRules.NotNegative(status.ReadyReplicas, Status, "readyReplicas", errors);
        NumberRules.NotNegative(status.AvailableReplicas, Status, "availableReplicas", errors);
        NumberRules.NotNegative(status.UnavailableReplicas, Status, "unavailableReplicas", errors);
        NumberRules.NotNegative(status.TerminatingReplicas, Status, "terminatingReplicas", errors);
        NumberRules.NotNegative(status.CollisionCount, Status, "collisionCount", errors);
        ReplicaCounts.NotMore(status.UpdatedReplicas, status.Replicas, "updatedReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.ReadyReplicas, status.Replicas, "readyReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.Replicas, "availableReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.ReadyReplicas, "availableReplicas", ReplicaCounts.ThanReady, errors);
        if (old?.CollisionCount is { } before && (status.CollisionCount is null || status.CollisionCount < before))
        {
            errors.Invalid(Status.Child("collisionCount"), status.CollisionCount ?? 0, "cannot be decremented");
        }
    }

    private static void Strategy(V1DeploymentStrategy strategy, FieldPath path, FieldErrors errors)
    {
        switch (strategy.Type)
        {
            case "Recreate":
                if (strategy.RollingUpdate is not null) { errors.Forbidden(path.Child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'"); }
                break;
            case "RollingUpdate":
                if (strategy.RollingUpdate is null) { errors.Required(path.Child("rollingUpdate"), "this should be defaulted and never be nil"); }
                else { Rolling(strategy.RollingUpdate, path.Child("rollingUpdate"), errors); }
                break;
            default:
                errors.NotSupported(path, strategy, "Recreate", "RollingUpdate");
                break;
        }
    }

    private static void Rolling(V1RollingUpdateDeployment rolling, FieldPath path, FieldErrors errors)
    {
        NumberRules.CountOrPercent(rolling.MaxUnavailable, path.Child("maxUnavailable"), errors);
        NumberRules.CountOrPercent(rolling.MaxSurge, path.Child("maxSurge"), errors);
        if (IsZero(rolling.MaxUnavailable) && IsZero(rolling.MaxSurge))
        {
            errors.Invalid(path.Child("maxUnavailable"), rolling.MaxUnavailable, "may not be 0 when `maxSurge` is 0");
        }

        if (NumberRules.AsPercent(rolling.MaxUnavailable) > 100) { errors.Invalid(path.Child("maxUnavailable"), rolling.MaxUnavailable, "must not be greater than 100%"); }
    }

    private static bool IsZero(IntOrString? value) => NumberRules.AsNumber(value) == 0 || NumberRules.AsPercent(value) == 0;
}
