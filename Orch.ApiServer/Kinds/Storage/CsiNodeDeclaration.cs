using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.ApiServer.Validation.Pods;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 CSINode.</summary>
internal sealed class CsiNodeDeclaration() : ResourceDeclaration<V1CSINode>("csinodes", ResourceScope.Cluster)
{
    private const int MaxNodeIdLength = 256;
    private static readonly FieldPath Drivers = FieldPath.Of("spec").Child("drivers");

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Drivers", "integer", static item => item.Spec?.Drivers?.Count ?? 0, description: "Drivers indicates the number of CSI drivers registered on the node"),
        PrinterColumns.Age,
    ];

    protected override void Default(V1CSINode value) => value.Spec ??= new V1CSINodeSpec();

    protected override void Validate(V1CSINode value, FieldErrors errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < (value.Spec.Drivers?.Count ?? 0); index++) { Driver(value.Spec.Drivers![index], names, Drivers.Index(index), errors); }
    }

    // What a driver says of a node stays, but for how many volumes it can take.
    protected override void ValidateUpdate(V1CSINode value, V1CSINode old, FieldErrors errors)
    {
        Validate(value, errors);
        foreach (var before in old.Spec.Drivers ?? [])
        {
            foreach (var now in value.Spec.Drivers ?? [])
            {
                if (now.Name == before.Name) { ImmutableRule.Check(now with { Allocatable = null }, before with { Allocatable = null }, Drivers, errors); }
            }
        }
    }

    private static void Driver(V1CSINodeDriver driver, HashSet<string> names, FieldPath path, FieldErrors errors)
    {
        RemoteVolumeRules.CsiDriver(driver.Name, path.Child("name"), errors);
        if (string.IsNullOrEmpty(driver.NodeID)) { errors.Required(path.Child("nodeID")); }
        else if (TextRules.ByteLength(driver.NodeID) > MaxNodeIdLength) { errors.Invalid(path.Child("nodeID"), driver.NodeID, $"must be {MaxNodeIdLength} characters or less"); }
        NumberRules.NotNegative(driver.Allocatable?.Count, path.Child("allocatable"), "count", errors);
        if (!names.Add(driver.Name ?? string.Empty)) { errors.Duplicate(path.Child("name"), driver.Name ?? string.Empty); }
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in driver.TopologyKeys ?? [])
        {
            if (string.IsNullOrEmpty(key)) { errors.Required(path); }
            if (!keys.Add(key ?? string.Empty)) { errors.Duplicate(path, key ?? string.Empty); }
            TextRules.QualifiedName(key ?? string.Empty, path, errors);
        }
    }
}
