using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Volumes;

/// <summary>core/v1 PersistentVolumeClaim.</summary>
internal sealed class PersistentVolumeClaimDeclaration() : ResourceDeclaration<V1PersistentVolumeClaim>("persistentvolumeclaims", ResourceScope.Namespaced)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["pvc"];

    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Status", "string", static item => item.Metadata?.DeletionTimestamp is not null ? "Terminating" : item.Status?.Phase ?? string.Empty, description: "phase represents the current phase of PersistentVolumeClaim."),
        Column("Volume", "string", static item => item.Spec?.VolumeName ?? string.Empty, description: "volumeName is the binding reference to the PersistentVolume backing this claim."),
        Column("Capacity", "string", static item => IsBound(item) ? VolumePrinting.Storage(item.Status?.Capacity) : string.Empty, description: "capacity represents the actual resources of the underlying volume."),
        Column("Access Modes", "string", static item => IsBound(item) ? VolumePrinting.AccessModes(item.Status?.AccessModes) : string.Empty, description: "accessModes contains the actual access modes the volume backing the PVC has. More info: https://kubernetes.io/docs/concepts/storage/persistent-volumes#access-modes-1"),
        Column("StorageClass", "string", static item => VolumePrinting.ClassOf(item.Metadata, item.Spec?.StorageClassName), description: "StorageClass of the pvc"),
        Column("VolumeAttributesClass", "string", static item => item.Spec?.VolumeAttributesClassName ?? Printing.Unset, description: "VolumeAttributesClass of the pvc"),
        PrinterColumns.Age,
        Column("VolumeMode", "string", static item => item.Spec?.VolumeMode ?? Printing.Unset, 1, "volumeMode defines what type of volume is required by the claim. Value of Filesystem is implied when not included in claim spec."),
    ];

    protected override void Default(V1PersistentVolumeClaim value) => PersistentVolumeClaimDefaults.Apply(value);

    protected override void PrepareForCreate(V1PersistentVolumeClaim value)
    {
        value.Status = new V1PersistentVolumeClaimStatus { Phase = "Pending" };
        PersistentVolumeClaimDefaults.Sources(value.Spec, null);
    }

    protected override void PrepareForUpdate(V1PersistentVolumeClaim value, V1PersistentVolumeClaim old)
    {
        value.Status = old.Status;
        PersistentVolumeClaimDefaults.Sources(value.Spec, old.Spec);
    }

    protected override void PrepareForStatusUpdate(V1PersistentVolumeClaim value, V1PersistentVolumeClaim old) => value.Spec = old.Spec;

    protected override void Validate(V1PersistentVolumeClaim value, FieldErrors errors) => ClaimSpecRules.Validate(value.Spec, FieldPath.Of("spec"), errors);

    protected override void ValidateUpdate(V1PersistentVolumeClaim value, V1PersistentVolumeClaim old, FieldErrors errors) => PersistentVolumeClaimRules.ValidateUpdate(value, old, errors);

    protected override void ValidateStatusUpdate(V1PersistentVolumeClaim value, V1PersistentVolumeClaim old, FieldErrors errors) => PersistentVolumeClaimRules.ValidateStatus(value, errors);

    protected override IEnumerable<string> WarningsFor(V1PersistentVolumeClaim value, V1PersistentVolumeClaim? old) => PersistentVolumeClaimWarnings.For(value.Spec, "spec");

    private static bool IsBound(V1PersistentVolumeClaim claim) => !string.IsNullOrEmpty(claim.Spec?.VolumeName);
}
