using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 VolumeAttributesClass.</summary>
internal sealed class VolumeAttributesClassDeclaration() : ResourceDeclaration<V1VolumeAttributesClass>("volumeattributesclasses", ResourceScope.Cluster)
{
    public override IReadOnlyList<string> ShortNames { get; } = ["vac"];

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("DriverName", "string", static item => item.DriverName ?? string.Empty, description: "Name of the CSI driver This field is immutable."),
        PrinterColumns.Age,
    ];

    protected override void Validate(V1VolumeAttributesClass value, FieldErrors errors)
    {
        ProvisionerRules.Name(value.DriverName, FieldPath.Of("driverName"), errors);
        ProvisionerRules.Parameters(value.Parameters, false, FieldPath.Of("parameters"), errors);
    }

    protected override void ValidateUpdate(V1VolumeAttributesClass value, V1VolumeAttributesClass old, FieldErrors errors)
    {
        if (value.DriverName != old.DriverName) { errors.Forbidden(FieldPath.Of("driverName"), "updates to driverName are forbidden."); }
        if (!ContentEquality.Same(value.Parameters, old.Parameters)) { errors.Forbidden(FieldPath.Of("parameters"), "updates to parameters are forbidden."); }
        Validate(value, errors);
    }
}
