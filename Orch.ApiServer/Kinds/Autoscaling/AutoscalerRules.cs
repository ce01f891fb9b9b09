using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>The rules for autoscalers.</summary>
internal static class AutoscalerRules
{
    private const int MaxWindowSeconds = 3600;
    private const int MaxPeriodSeconds = 1800;
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath Status = FieldPath.Of("status");

    /// <summary>What is wanted; one that may scale to nothing already still may.</summary>
    public static void Validate(V2HorizontalPodAutoscalerSpec spec, V2HorizontalPodAutoscalerSpec? old, FieldErrors errors)
    {
        var least = old?.MinReplicas == 0 ? 0 : 1;
        if (spec.MinReplicas < least) { errors.Invalid(Spec.Child("minReplicas"), spec.MinReplicas, $"must be greater than or equal to {least}"); }
        if (spec.MaxReplicas == 0) { errors.Required(Spec.Child("maxReplicas"), "must be set and greater than 0"); }
        else if (spec.MaxReplicas < 0) { errors.Invalid(Spec.Child("maxReplicas"), spec.MaxReplicas, NumberRules.PositiveText); }
        if (spec.MaxReplicas < spec.MinReplicas) { errors.Invalid(Spec.Child("maxReplicas"), spec.MaxReplicas, "must be greater than or equal to `minReplicas`"); }
        Reference(spec.ScaleTargetRef, Spec.Child("scaleTargetRef"), errors);
        if (old is null || TargetVersionFault(old.ScaleTargetRef) is null) { Version(spec.ScaleTargetRef, TargetVersionFault(spec.ScaleTargetRef), Spec.Child("scaleTargetRef"), errors); }
        MetricRules.Validate(spec.Metrics, old?.Metrics, spec.MinReplicas == 0, Spec.Child("metrics"), errors);
        Behavior(spec.Behavior?.ScaleUp, Spec.Child("behavior").Child("scaleUp"), errors);
        Behavior(spec.Behavior?.ScaleDown, Spec.Child("behavior").Child("scaleDown"), errors);
    }

    /// <summary>What is reported.</summary>
    public static void ValidateStatus(V2HorizontalPodAutoscalerStatus? status, FieldErrors errors)
    {
        NumberRules.NotNegative(status?.CurrentReplicas, Status, "currentReplicas", errors);
        NumberRules.NotNegative(status?.DesiredReplicas, Status, "desiredReplicas", errors);
    }

    /// <summary>What another object is: both parts can stand in a path.</summary>
    public static void Reference(V2CrossVersionObjectReference? reference, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(reference?.Kind)) { errors.Required(path.Child("kind")); }
        else { NameRules.PathSegment(reference.Kind, false, path.Child("kind"), errors); }
        if (string.IsNullOrEmpty(reference?.Name)) { errors.Required(path.Child("name")); }
        else { NameRules.PathSegment(reference.Name, false, path.Child("name"), errors); }
    }

    /// <summary>Adds what is wrong with the version of another object.</summary>
    public static void Version(V2CrossVersionObjectReference? reference, string? fault, FieldPath path, FieldErrors errors)
    {
        if (fault is not null) { errors.Invalid(path.Child("apiVersion"), reference?.ApiVersion ?? string.Empty, fault); }
    }

    /// <summary>What is wrong with the version of an object that may be of the core group; null when nothing is.</summary>
    public static string? VersionFault(V2CrossVersionObjectReference? reference)
        => reference?.ApiVersion is { } version && version.Count(static letter => letter == '/') > 1 ? $"unexpected GroupVersion string: {version}" : null;

    // Of the core group only replication controllers can be scaled.
    private static string? TargetVersionFault(V2CrossVersionObjectReference? reference)
    {
        if (VersionFault(reference) is { } fault) { return fault; }
        var hasGroup = reference?.ApiVersion?.IndexOf('/', StringComparison.Ordinal) > 0;
        return hasGroup || reference?.Kind == "ReplicationController" ? null : "apiVersion must specify API group";
    }

    private static void Behavior(V2HPAScalingRules? rules, FieldPath path, FieldErrors errors)
    {
        if (rules is null) { return; }
        var window = rules.StabilizationWindowSeconds;
        if (window < 0) { errors.Invalid(path.Child("stabilizationWindowSeconds"), window, "must be greater than or equal to zero"); }
        if (window > MaxWindowSeconds) { errors.Invalid(path.Child("stabilizationWindowSeconds"), window, $"must be less than or equal to {MaxWindowSeconds}"); }
        if (rules.SelectPolicy is not (null or "Max" or "Min" or "Disabled")) { errors.NotSupported(path.Child("selectPolicy"), rules.SelectPolicy, "Disabled", "Max", "Min"); }
        if (rules.Policies is not { Count: > 0 }) { errors.Required(path.Child("policies"), "must specify at least one Policy"); }
        for (var index = 0; index < (rules.Policies?.Count ?? 0); index++) { Policy(rules.Policies![index], path.Child("policies").Index(index), errors); }
        if (rules.Tolerance is { } tolerance && tolerance.ToDecimal() < 0) { errors.Invalid(path.Child("tolerance"), tolerance, NumberRules.NotNegativeText); }
    }

    private static void Policy(V2HPAScalingPolicy policy, FieldPath path, FieldErrors errors)
    {
        if (policy.Type is not ("Pods" or "Percent")) { errors.NotSupported(path.Child("type"), policy.Type ?? string.Empty, "Percent", "Pods"); }
        if (policy.Value <= 0) { errors.Invalid(path.Child("value"), policy.Value, "must be greater than zero"); }
        if (policy.PeriodSeconds <= 0) { errors.Invalid(path.Child("periodSeconds"), policy.PeriodSeconds, "must be greater than zero"); }
        if (policy.PeriodSeconds > MaxPeriodSeconds) { errors.Invalid(path.Child("periodSeconds"), policy.PeriodSeconds, $"must be less than or equal to {MaxPeriodSeconds}"); }
    }
}
