using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Kinds.Core.Volumes;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>apps/v1 StatefulSet.</summary>
internal sealed class StatefulSetDeclaration() : ResourceDeclaration<V1StatefulSet>("statefulsets", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["sts"];

    public override IReadOnlyList<string> Categories { get; } = ["all"];

    public override bool HasStatus => true;

    public override ScaleMapping? Scale { get; } = new(
        static item => ((V1StatefulSet)item).Spec.Replicas ?? 0,
        static (item, replicas) => ((V1StatefulSet)item).Spec.Replicas = replicas,
        static item => ((V1StatefulSet)item).Status?.Replicas ?? 0,
        static item => ScaleSelector.Of(((V1StatefulSet)item).Spec.Selector));

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Ready", "string", static item => $"{item.Status?.ReadyReplicas ?? 0}/{item.Spec?.Replicas ?? 0}", description: "Number of the pod with ready state"),
        PrinterColumns.Age,
        Column("Containers", "string", static item => Printing.ContainerNames(item.Spec?.Template), 1, "Names of each container in the template."),
        Column("Images", "string", static item => Printing.ContainerImages(item.Spec?.Template), 1, "Images referenced by each container in the template."),
    ];

    // Its pods are named after it, so it must be able to stand in a host name.
    public override void ValidateName(string name, bool isPrefix, FieldPath path, FieldErrors errors) => NameRules.DnsLabel(name, isPrefix, path, errors);

    protected override void Default(V1StatefulSet value)
    {
        var spec = value.Spec ??= new V1StatefulSetSpec();
        if (string.IsNullOrEmpty(spec.PodManagementPolicy)) { spec.PodManagementPolicy = "OrderedReady"; }
        spec.UpdateStrategy ??= new V1StatefulSetUpdateStrategy();
        if (string.IsNullOrEmpty(spec.UpdateStrategy.Type)) { spec.UpdateStrategy.Type = "RollingUpdate"; }
        if (spec.UpdateStrategy.Type == "RollingUpdate")
        {
            spec.UpdateStrategy.RollingUpdate ??= new V1RollingUpdateStatefulSetStrategy();
            spec.UpdateStrategy.RollingUpdate.Partition ??= 0;
            spec.UpdateStrategy.RollingUpdate.MaxUnavailable ??= 1;
        }

        spec.PersistentVolumeClaimRetentionPolicy ??= new V1StatefulSetPersistentVolumeClaimRetentionPolicy();
        if (string.IsNullOrEmpty(spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted)) { spec.PersistentVolumeClaimRetentionPolicy.WhenDeleted = "Retain"; }
        if (string.IsNullOrEmpty(spec.PersistentVolumeClaimRetentionPolicy.WhenScaled)) { spec.PersistentVolumeClaimRetentionPolicy.WhenScaled = "Retain"; }
        spec.Replicas ??= 1;
        spec.RevisionHistoryLimit ??= 10;
        spec.ServiceName ??= string.Empty;
        if (spec.MinReadySeconds == 0) { spec.MinReadySeconds = null; }
        if (spec.Ordinals is { } ordinals) { ordinals.Start ??= 0; }
        foreach (var claim in spec.VolumeClaimTemplates ?? [])
        {
            if (claim is null) { continue; }
            (claim.ApiVersion, claim.Kind) = ("v1", "PersistentVolumeClaim");
            PersistentVolumeClaimDefaults.Apply(claim);
        }

        PodSpecDefaults.Apply(spec.Template);
        if (value.Status is { } status) { status.AvailableReplicas ??= 0; }
    }

    protected override void PrepareForCreate(V1StatefulSet value)
    {
        value.Status = new V1StatefulSetStatus { AvailableReplicas = 0 };
        value.Metadata.Generation = 1;
    }

    protected override void PrepareForUpdate(V1StatefulSet value, V1StatefulSet old)
    {
        value.Status = old.Status;
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
    }

    protected override void PrepareForStatusUpdate(V1StatefulSet value, V1StatefulSet old) => value.Spec = old.Spec;

    protected override void Validate(V1StatefulSet value, FieldErrors errors) => StatefulSetRules.Validate(value.Spec, errors);

    protected override void ValidateUpdate(V1StatefulSet value, V1StatefulSet old, FieldErrors errors) => StatefulSetRules.ValidateUpdate(value.Spec, old.Spec, errors);

    protected override void ValidateStatusUpdate(V1StatefulSet value, V1StatefulSet old, FieldErrors errors) => StatefulSetRules.ValidateStatus(value.Status, old.Status, errors);

    protected override IEnumerable<string> WarningsFor(V1StatefulSet value, V1StatefulSet? old)
    {
        foreach (var text in TemplateWarnings.For(value.Spec.Template, value.Metadata, old?.Metadata)) { yield return text; }
        for (var index = 0; index < (value.Spec.VolumeClaimTemplates?.Count ?? 0); index++)
        {
            foreach (var text in PersistentVolumeClaimWarnings.For(value.Spec.VolumeClaimTemplates![index].Spec, $"spec.volumeClaimTemplates[{index}].spec")) { yield return text; }
        }

        if (value.Spec.RevisionHistoryLimit < 0) { yield return "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"; }
    }
}
