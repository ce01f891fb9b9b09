using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>core/v1 PersistentVolume.</summary>
internal sealed class PersistentVolumeDeclaration(TimeProvider time) : ResourceDeclaration<V1PersistentVolume>("persistentvolumes", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["pv"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Capacity", "string", static item => VolumePrinting.Storage(item.Spec?.Capacity), description: "capacity is the description of the persistent volume's resources and capacity. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#capacity"),
        Column("Access Modes", "string", static item => VolumePrinting.AccessModes(item.Spec?.AccessModes), description: "accessModes contains all ways the volume can be mounted. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes"),
        Column("Reclaim Policy", "string", static item => item.Spec?.PersistentVolumeReclaimPolicy ?? string.Empty, description: "persistentVolumeReclaimPolicy defines what happens to a persistent volume when released from its claim. Valid options are Retain (default for manually created PersistentVolumes), Delete (default for dynamically provisioned PersistentVolumes), and Recycle (deprecated). Recycle must be supported by the volume plugin underlying this PersistentVolume. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#reclaiming"),
        Column("Status", "string", static item => item.Metadata?.DeletionTimestamp is not null ? "Terminating" : item.Status?.Phase ?? string.Empty, description: "phase indicates if a volume is available, bound to a claim, or released by a claim. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#phase"),
        Column("Claim", "string", static item => item.Spec?.ClaimRef is { } claim ? $"{claim.NamespaceProperty}/{claim.Name}" : string.Empty, description: "claimRef is part of a bi-directional binding between PersistentVolume and PersistentVolumeClaim. Expected to be non-nil when bound. claim.VolumeName is the authoritative bind between PV and PVC. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#binding"),
        Column("StorageClass", "string", static item => VolumePrinting.ClassOf(item.Metadata, item.Spec?.StorageClassName), description: "StorageClass of the pv"),
        Column("VolumeAttributesClass", "string", static item => item.Spec?.VolumeAttributesClassName ?? Printing.Unset, description: "VolumeAttributesClass of the pv"),
        Column("Reason", "string", static item => item.Status?.Reason ?? string.Empty, description: "reason is a brief CamelCase string that describes any failure and is meant for machine parsing and tidy display in the CLI."),
        PrinterColumns.Age,
        Column("VolumeMode", "string", static item => item.Spec?.VolumeMode ?? Printing.Unset, 1, "volumeMode defines if a volume is intended to be used with a formatted filesystem or to remain in raw block state. Value of Filesystem is implied when not included in spec."),
    ];

    protected override void Default(V1PersistentVolume value)
    {
        value.Spec ??= new V1PersistentVolumeSpec();
        value.Status ??= new V1PersistentVolumeStatus();
        if (string.IsNullOrEmpty(value.Status.Phase)) { value.Status.Phase = "Pending"; }
        if (string.IsNullOrEmpty(value.Spec.PersistentVolumeReclaimPolicy)) { value.Spec.PersistentVolumeReclaimPolicy = "Retain"; }
        if (string.IsNullOrEmpty(value.Spec.VolumeMode)) { value.Spec.VolumeMode = "Filesystem"; }
        PersistentVolumeSourceDefaults.Apply(value.Spec);
    }

    protected override void PrepareForCreate(V1PersistentVolume value) => value.Status = new V1PersistentVolumeStatus { Phase = "Pending", LastPhaseTransitionTime = Now() };

    protected override void PrepareForUpdate(V1PersistentVolume value, V1PersistentVolume old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(V1PersistentVolume value, V1PersistentVolume old)
    {
        value.Spec = old.Spec;
        if (value.Status.Phase == old.Status?.Phase) { return; }
        if (value.Status.LastPhaseTransitionTime is null || value.Status.LastPhaseTransitionTime == old.Status?.LastPhaseTransitionTime) { value.Status.LastPhaseTransitionTime = Now(); }
    }

    protected override void Validate(V1PersistentVolume value, FieldErrors errors) => PersistentVolumeRules.Validate(value, errors);

    protected override void ValidateUpdate(V1PersistentVolume value, V1PersistentVolume old, FieldErrors errors) => PersistentVolumeRules.ValidateUpdate(value, old, errors);

    protected override IEnumerable<string> WarningsFor(V1PersistentVolume value, V1PersistentVolume? old) => PersistentVolumeWarnings.For(value);

    private DateTime Now() => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
}
