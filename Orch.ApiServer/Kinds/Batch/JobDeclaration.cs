using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Batch;

/// <summary>batch/v1 Job.</summary>
internal sealed class JobDeclaration() : ResourceDeclaration<V1Job>("jobs", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    // Clients of the first versions expect a job's pods to outlive it, so upstream keeps it that way.
    public override string DefaultPropagation => "Orphan";

    internal override string? DeletionWarning
        => "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Status", "string", JobColumns.Status, description: "Status of the job."),
        Column("Completions", "string", JobColumns.Completions, description: "The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs."),
        new("Duration", "string", static (item, now) => JobColumns.Duration((V1Job)item, now)) { Description = "Time required to complete the job." },
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
        Column("Selector", "string", static item => Printing.Selector(item.Spec?.Selector), 1, "A label query over pods that should match the pod count. Normally, the system sets this field for you. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"),
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["status.successful"] = static item => (((V1Job)item).Status?.Succeeded ?? 0).ToString(CultureInfo.InvariantCulture),
    };

    protected override void Default(V1Job value)
    {
        value.Spec ??= new V1JobSpec();
        JobDefaults.Apply(value);
    }

    protected override void PrepareForCreate(V1Job value)
    {
        if (value.Spec.ManualSelector != true) { JobSelector.Generate(value); }
        value.Status = new V1JobStatus();
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1Job value, V1Job old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1Job value, V1Job old) => value.Spec = old.Spec;

    protected override void Validate(V1Job value, FieldErrors errors) => JobRules.Validate(value, true, errors);

    protected override void ValidateUpdate(V1Job value, V1Job old, FieldErrors errors) => JobUpdateRules.Validate(value, old, errors);

    protected override void ValidateStatusUpdate(V1Job value, V1Job old, FieldErrors errors) => JobStatusRules.Validate(value, old, errors);

    protected override IEnumerable<string> WarningsFor(V1Job value, V1Job? old)
        => [.. TemplateWarnings.ForName(value.Metadata, old?.Metadata), .. JobWarnings.For(value.Spec, "spec", value.Metadata, old?.Metadata)];
}
