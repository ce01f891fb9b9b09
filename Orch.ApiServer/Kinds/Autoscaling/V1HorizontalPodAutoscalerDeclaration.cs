using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Autoscaling;

/// <summary>autoscaling/v1 HorizontalPodAutoscaler: the stored autoscalers with a single metric; the rest is kept in annotations.</summary>
internal sealed class V1HorizontalPodAutoscalerDeclaration() : ResourceDeclaration<V1HorizontalPodAutoscaler>("horizontalpodautoscalers", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["hpa"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override Type? StoredAs => typeof(HorizontalPodAutoscalerDeclaration);

    public override IReadOnlyList<PrinterColumn> Columns { get; } = AutoscalerColumns.Over(static item => AutoscalerConversion.ToV2((V1HorizontalPodAutoscaler)item));

    public override IKubernetesObject<V1ObjectMeta> ToStored(IKubernetesObject<V1ObjectMeta> value) => AutoscalerConversion.ToV2((V1HorizontalPodAutoscaler)value);

    public override IKubernetesObject<V1ObjectMeta> FromStored(IKubernetesObject<V1ObjectMeta> stored) => AutoscalerConversion.ToV1((V2HorizontalPodAutoscaler)stored);

    // What is filled in is that of the stored form, so that both versions show the same.
    protected override void Default(V1HorizontalPodAutoscaler value)
    {
        value.Spec ??= new V1HorizontalPodAutoscalerSpec();
        value.Metadata ??= new V1ObjectMeta();
        var full = AutoscalerConversion.ToV2(value);
        AutoscalerDefaults.Apply(full);
        Take(value, AutoscalerConversion.ToV1(full));
    }

    protected override void PrepareForCreate(V1HorizontalPodAutoscaler value)
    {
        var full = AutoscalerConversion.ToV2(value);
        full.Status = AutoscalerDefaults.NoStatus();
        Take(value, AutoscalerConversion.ToV1(full));
    }

    protected override void PrepareForUpdate(V1HorizontalPodAutoscaler value, V1HorizontalPodAutoscaler old)
    {
        var full = AutoscalerConversion.ToV2(value);
        full.Status = AutoscalerConversion.ToV2(old).Status;
        Take(value, AutoscalerConversion.ToV1(full));
    }

    protected override void PrepareForStatusUpdate(V1HorizontalPodAutoscaler value, V1HorizontalPodAutoscaler old)
    {
        var full = AutoscalerConversion.ToV2(value);
        full.Spec = AutoscalerConversion.ToV2(old).Spec;
        Take(value, AutoscalerConversion.ToV1(full));
    }

    protected override void Validate(V1HorizontalPodAutoscaler value, FieldErrors errors) => AutoscalerRules.Validate(AutoscalerConversion.ToV2(value).Spec, null, errors);

    protected override void ValidateUpdate(V1HorizontalPodAutoscaler value, V1HorizontalPodAutoscaler old, FieldErrors errors)
        => AutoscalerRules.Validate(AutoscalerConversion.ToV2(value).Spec, AutoscalerConversion.ToV2(old).Spec, errors);

    protected override void ValidateStatusUpdate(V1HorizontalPodAutoscaler value, V1HorizontalPodAutoscaler old, FieldErrors errors)
        => AutoscalerRules.ValidateStatus(AutoscalerConversion.ToV2(value).Status, errors);

    private static void Take(V1HorizontalPodAutoscaler value, V1HorizontalPodAutoscaler converted)
    {
        value.Metadata.Annotations = converted.Metadata.Annotations;
        value.Spec = converted.Spec;
        value.Status = converted.Status;
    }
}
