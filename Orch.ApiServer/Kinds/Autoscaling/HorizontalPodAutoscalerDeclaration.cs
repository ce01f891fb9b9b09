using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>autoscaling/v2 HorizontalPodAutoscaler; the form that is stored.</summary>
internal sealed class HorizontalPodAutoscalerDeclaration() : ResourceDeclaration<V2HorizontalPodAutoscaler>("horizontalpodautoscalers", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["hpa"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } = AutoscalerColumns.Over(static item => (V2HorizontalPodAutoscaler)item);

    protected override void Default(V2HorizontalPodAutoscaler value) => AutoscalerDefaults.Apply(value);

    protected override void PrepareForCreate(V2HorizontalPodAutoscaler value) => value.Status = AutoscalerDefaults.NoStatus();

    protected override void PrepareForUpdate(V2HorizontalPodAutoscaler value, V2HorizontalPodAutoscaler old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(V2HorizontalPodAutoscaler value, V2HorizontalPodAutoscaler old) => value.Spec = old.Spec;

    protected override void Validate(V2HorizontalPodAutoscaler value, FieldErrors errors) => AutoscalerRules.Validate(value.Spec, null, errors);

    protected override void ValidateUpdate(V2HorizontalPodAutoscaler value, V2HorizontalPodAutoscaler old, FieldErrors errors) => AutoscalerRules.Validate(value.Spec, old.Spec, errors);

    protected override void ValidateStatusUpdate(V2HorizontalPodAutoscaler value, V2HorizontalPodAutoscaler old, FieldErrors errors) => AutoscalerRules.ValidateStatus(value.Status, errors);
}
