using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Policy;

/// <summary>policy/v1 PodDisruptionBudget.</summary>
internal sealed class PodDisruptionBudgetDeclaration() : ResourceDeclaration<V1PodDisruptionBudget>("poddisruptionbudgets", ResourceScope.Namespaced)
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath ReportedStatus = FieldPath.Of("status");

    public override IReadOnlyList<string> ShortNames { get; } = ["pdb"];

    public override bool HasStatus => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Min Available", "string", static item => item.Spec?.MinAvailable?.Value ?? "N/A", description: "The minimum number of pods that must be available."),
        Column("Max Unavailable", "string", static item => item.Spec?.MaxUnavailable?.Value ?? "N/A", description: "The maximum number of pods that may be unavailable."),
        Column("Allowed Disruptions", "integer", static item => item.Status?.DisruptionsAllowed ?? 0, description: "Calculated number of pods that may be disrupted at this time."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1PodDisruptionBudget value)
    {
        value.Spec ??= new V1PodDisruptionBudgetSpec();
        if (value.Status is { } status) { Counts(status); }
    }

    protected override void PrepareForCreate(V1PodDisruptionBudget value)
    {
        value.Status = new V1PodDisruptionBudgetStatus();
        Counts(value.Status);
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1PodDisruptionBudget value, V1PodDisruptionBudget old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1PodDisruptionBudget value, V1PodDisruptionBudget old) => value.Spec = old.Spec;

    protected override void Validate(V1PodDisruptionBudget value, FieldErrors errors)
    {
        var spec = value.Spec;
        if (spec.MinAvailable is not null && spec.MaxUnavailable is not null) { errors.Invalid(Spec, spec, "minAvailable and maxUnavailable cannot be both set"); }
        Amount(spec.MinAvailable, Spec.Child("minAvailable"), errors);
        Amount(spec.MaxUnavailable, Spec.Child("maxUnavailable"), errors);
        SelectorRules.Validate(spec.Selector, Spec.Child("selector"), errors);
        if (spec.UnhealthyPodEvictionPolicy is not (null or "AlwaysAllow" or "IfHealthyBudget"))
        {
            errors.NotSupported(Spec.Child("unhealthyPodEvictionPolicy"), spec.UnhealthyPodEvictionPolicy, "AlwaysAllow", "IfHealthyBudget");
        }
    }

    protected override void ValidateStatusUpdate(V1PodDisruptionBudget value, V1PodDisruptionBudget old, FieldErrors errors)
    {
        if (value.Status is not { } status) { return; }
        ConditionRules.Validate(status.Conditions, ReportedStatus.Child("conditions"), errors);
        NumberRules.NotNegative(status.DisruptionsAllowed, ReportedStatus, "disruptionsAllowed", errors);
        NumberRules.NotNegative(status.CurrentHealthy, ReportedStatus, "currentHealthy", errors);
        NumberRules.NotNegative(status.DesiredHealthy, ReportedStatus, "desiredHealthy", errors);
        NumberRules.NotNegative(status.ExpectedPods, ReportedStatus, "expectedPods", errors);
    }

    private static void Amount(IntOrString? amount, FieldPath path, FieldErrors errors)
    {
        if (amount is null) { return; }
        NumberRules.CountOrPercent(amount, path, errors);
        NumberRules.AtMostAll(amount, path, errors);
    }

    // Upstream always shows these.
    private static void Counts(V1PodDisruptionBudgetStatus status)
    {
        status.DisruptionsAllowed ??= 0;
        status.CurrentHealthy ??= 0;
        status.DesiredHealthy ??= 0;
        status.ExpectedPods ??= 0;
    }
}
