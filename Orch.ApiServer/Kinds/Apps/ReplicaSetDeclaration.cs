using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>apps/v1 ReplicaSet.</summary>
internal sealed class ReplicaSetDeclaration() : ResourceDeclaration<V1ReplicaSet>("replicasets", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["rs"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override ScaleMapping? Scale { get; } = new(
        static item => ((V1ReplicaSet)item).Spec.Replicas ?? 0,
        static (item, replicas) => ((V1ReplicaSet)item).Spec.Replicas = replicas,
        static item => ((V1ReplicaSet)item).Status?.Replicas ?? 0,
        static item => ScaleSelector.Of(((V1ReplicaSet)item).Spec.Selector));

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Desired", "integer", static item => item.Spec?.Replicas ?? 0, description: "Replicas is the number of desired pods."),
        Column("Current", "integer", static item => item.Status?.Replicas ?? 0, description: "Replicas is the most recently observed number of non-terminating pods."),
        Column("Ready", "integer", static item => item.Status?.ReadyReplicas ?? 0, description: "The number of non-terminating pods targeted by this ReplicaSet with a Ready Condition."),
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", static item => Printing.Selector(item.Spec?.Selector), 1, "Label selector for pods."),
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["status.replicas"] = static item => (((V1ReplicaSet)item).Status?.Replicas ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    protected override void Default(V1ReplicaSet value)
    {
        value.Spec ??= new V1ReplicaSetSpec();
        value.Spec.Replicas ??= 1;
        if (value.Spec.MinReadySeconds == 0) { value.Spec.MinReadySeconds = null; }
        PodSpecDefaults.Apply(value.Spec.Template);
    }

    protected override void PrepareForCreate(V1ReplicaSet value)
    {
        value.Status = new V1ReplicaSetStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1ReplicaSet value, V1ReplicaSet old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1ReplicaSet value, V1ReplicaSet old) => value.Spec = old.Spec;

    protected override void Validate(V1ReplicaSet value, FieldErrors errors) => ReplicaSetRules.Validate(value.Spec, errors);

    protected override void ValidateUpdate(V1ReplicaSet value, V1ReplicaSet old, FieldErrors errors)
    {
        ReplicaSetRules.Validate(value.Spec, errors);
        ImmutableRule.Check(value.Spec.Selector, old.Spec.Selector, FieldPath.Of("spec").Child("selector"), errors);
    }

    protected override void ValidateStatusUpdate(V1ReplicaSet value, V1ReplicaSet old, FieldErrors errors) => ReplicaSetRules.ValidateStatus(value.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1ReplicaSet value, V1ReplicaSet? old)
        => [.. TemplateWarnings.ForName(value.Metadata, old?.Metadata), .. TemplateWarnings.For(value.Spec.Template, value.Metadata, old?.Metadata)];
}
