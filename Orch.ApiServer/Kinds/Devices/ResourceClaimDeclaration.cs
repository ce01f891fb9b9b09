using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>resource.k8s.io/v1 ResourceClaim.</summary>
internal sealed class ResourceClaimDeclaration() : ResourceDeclaration<Resourcev1ResourceClaim>("resourceclaims", ResourceScope.Namespaced)
{
    public override bool HasStatus => true;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("State", "string", State, description: "A summary of the current state (allocated, pending, reserved, etc.)."),
        PrinterColumns.Age,
    ];

    protected override void Default(Resourcev1ResourceClaim value)
    {
        value.Spec ??= new V1ResourceClaimSpec();
        value.Spec.Devices ??= new V1DeviceClaim();
        value.Status ??= new V1ResourceClaimStatus();
        DeviceDefaults.Apply(value.Spec.Devices);
        DeviceDefaults.Apply(value.Status.Allocation);
    }

    protected override void PrepareForCreate(Resourcev1ResourceClaim value) => value.Status = new V1ResourceClaimStatus();

    protected override void PrepareForUpdate(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old) => value.Status = old.Status;

    protected override void PrepareForStatusUpdate(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old)
    {
        StatusUpdates.KeepMetadata(value.Metadata, old.Metadata);
        value.Spec = old.Spec;
        DropFreed(value.Status, old.Status);
    }

    protected override void Validate(Resourcev1ResourceClaim value, FieldErrors errors) => DeviceClaimRules.Validate(value.Spec.Devices, FieldPath.Of("spec").Child("devices"), errors);

    protected override void ValidateUpdate(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old, FieldErrors errors)
        => ImmutableRule.Check(value.Spec, old.Spec, FieldPath.Of("spec"), errors);

    protected override void ValidateStatusUpdate(Resourcev1ResourceClaim value, Resourcev1ResourceClaim old, FieldErrors errors) => ClaimStatusRules.Validate(value, old, errors);

    // What was said of a device that the claim has no more is of no use.
    private static void DropFreed(V1ResourceClaimStatus? status, V1ResourceClaimStatus? old)
    {
        if (status?.Devices is not { Count: > 0 } || old?.Allocation is null) { return; }
        var now = Allocated(status);
        var freed = Allocated(old).Where(id => !now.Contains(id)).ToHashSet();
        if (freed.Count == 0) { return; }
        var kept = status.Devices.Where(device => !freed.Contains(DeviceId.Of(device))).ToList();
        status.Devices = kept.Count == 0 ? null : kept;
    }

    private static HashSet<DeviceId> Allocated(V1ResourceClaimStatus status)
        => [.. (status.Allocation?.Devices?.Results ?? []).Select(static item => new DeviceId(item.Driver, item.Pool, item.Device, item.ShareID))];

    private static string State(Resourcev1ResourceClaim claim)
    {
        var isDeleted = claim.Metadata?.DeletionTimestamp is not null;
        if (claim.Status?.Allocation is null) { return isDeleted ? "deleted" : "pending"; }
        var state = claim.Status.ReservedFor is { Count: > 0 } ? "allocated,reserved" : "allocated";
        return isDeleted ? $"deleted,{state}" : state;
    }
}
