using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Kinds.Apps;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 ReplicationController.</summary>
internal sealed class ReplicationControllerDeclaration() : ResourceDeclaration<V1ReplicationController>("replicationcontrollers", ResourceScope.Namespaced)
{
    private static readonly FieldPath Spec = FieldPath.Of("spec");
    private static readonly FieldPath ReportedStatus = FieldPath.Of("status");

    public override IReadOnlyList<string> ShortNames { get; } = ["rc"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override string DefaultPropagation => "Orphan";

    public override ScaleMapping? Scale { get; } = new(
        static item => ((V1ReplicationController)item).Spec.Replicas ?? 0,
        static (item, replicas) => ((V1ReplicationController)item).Spec.Replicas = replicas,
        static item => ((V1ReplicationController)item).Status?.Replicas ?? 0,
        static item => Selector((V1ReplicationController)item) is { } text && text != Printing.None ? text : string.Empty);

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Desired", "integer", static item => item.Spec?.Replicas ?? 0, description: "Replicas is the number of desired replicas. This is a pointer to distinguish between explicit zero and unspecified. Defaults to 1. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller"),
        Column("Current", "integer", static item => item.Status?.Replicas ?? 0, description: "Replicas is the most recently observed number of replicas. More info: https://kubernetes.io/docs/concepts/workloads/controllers/replicationcontroller#what-is-a-replicationcontroller"),
        Column("Ready", "integer", static item => item.Status?.ReadyReplicas ?? 0, description: "The number of ready replicas for this replication controller."),
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", Selector, 1, "Selector is a label query over pods that should match the Replicas count. If Selector is empty, it is defaulted to the labels present on the Pod template. Label keys and values that must match in order to be controlled by this replication controller, if empty defaulted to labels on Pod template. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"),
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["status.replicas"] = static item => (((V1ReplicationController)item).Status?.Replicas ?? 0).ToString(CultureInfo.InvariantCulture),
    };

    protected override void Default(V1ReplicationController value)
    {
        var spec = value.Spec ??= new V1ReplicationControllerSpec();
        if (spec.Template?.Metadata?.Labels is { } labels)
        {
            if (spec.Selector is not { Count: > 0 }) { spec.Selector = new Dictionary<string, string>(labels); }
            if (value.Metadata is { Labels: not { Count: > 0 } }) { value.Metadata.Labels = new Dictionary<string, string>(labels); }
        }

        spec.Replicas ??= 1;
        if (spec.MinReadySeconds == 0) { spec.MinReadySeconds = null; }
        PodSpecDefaults.Apply(spec.Template);
    }

    protected override void PrepareForCreate(V1ReplicationController value)
    {
        value.Status = new V1ReplicationControllerStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1ReplicationController value, V1ReplicationController old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1ReplicationController value, V1ReplicationController old) => value.Spec = old.Spec;

    protected override void Validate(V1ReplicationController value, FieldErrors errors)
    {
        var spec = value.Spec;
        NumberRules.NotNegative(spec.MinReadySeconds, Spec, "minReadySeconds", errors);
        if (spec.Selector is not { Count: > 0 }) { errors.Required(Spec.Child("selector")); }
        NumberRules.NotNegative(spec.Replicas, Spec, "replicas", errors);
        if (spec is { Selector: { Count: > 0 } selector, Template: not null }) { PodTemplateRules.PickedBy(spec.Template, new V1LabelSelector { MatchLabels = selector }, Spec.Child("template"), errors); }
        if (spec.Template is null)
        {
            errors.Required(Spec.Child("template"));
            return;
        }

        PodTemplateRules.Validate(spec.Template, Spec.Child("template"), errors);
        PodTemplateRules.RunsForEver(spec.Template, "ReplicationController", Spec.Child("template"), errors);
    }

    protected override void ValidateStatusUpdate(V1ReplicationController value, V1ReplicationController old, FieldErrors errors)
    {
        if (value.Status is not { } status) { return; }
        NumberRules.NotNegative(status.Replicas, ReportedStatus, "replicas", errors);
        NumberRules.NotNegative(status.FullyLabeledReplicas, ReportedStatus, "fullyLabeledReplicas", errors);
        NumberRules.NotNegative(status.ReadyReplicas, ReportedStatus, "readyReplicas", errors);
        NumberRules.NotNegative(status.AvailableReplicas, ReportedStatus, "availableReplicas", errors);
        NumberRules.NotNegative(status.ObservedGeneration, ReportedStatus, "observedGeneration", errors);
        ReplicaCounts.NotMore(status.FullyLabeledReplicas, status.Replicas, "fullyLabeledReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.ReadyReplicas, status.Replicas, "readyReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.Replicas, "availableReplicas", ReplicaCounts.ThanAll, errors);
        ReplicaCounts.NotMore(status.AvailableReplicas, status.ReadyReplicas, "availableReplicas", ReplicaCounts.ThanReady, errors);
    }

    protected override IEnumerable<string> WarningsFor(V1ReplicationController value, V1ReplicationController? old)
        => [.. TemplateWarnings.ForName(value.Metadata, old?.Metadata), .. TemplateWarnings.For(value.Spec.Template, value.Metadata, old?.Metadata)];

    private static string Selector(V1ReplicationController item) => Printing.Labels(item.Spec?.Selector);
}
