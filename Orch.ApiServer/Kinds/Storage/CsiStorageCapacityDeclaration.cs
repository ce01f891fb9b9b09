using k8s.Models;
using Orch.ApiServer.Kinds.Core.Pods;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Storage;

/// <summary>storage.k8s.io/v1 CSIStorageCapacity.</summary>
internal sealed class CsiStorageCapacityDeclaration() : ResourceDeclaration<V1CSIStorageCapacity>("csistoragecapacities", ResourceScope.Namespaced)
{
    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("StorageClassName", "string", static item => item.StorageClassName ?? string.Empty, description: "storageClassName represents the name of the StorageClass that the reported capacity applies to. It must meet the same requirements as the name of a StorageClass object (non-empty, DNS subdomain). If that object no longer exists, the CSIStorageCapacity object is obsolete and should be removed by its creator. This field is immutable."),
        Column("Capacity", "string", static item => item.Capacity is { } capacity ? Quantities.Format(capacity) : Printing.Unset, description: "capacity is the value reported by the CSI driver in its GetCapacityResponse for a GetCapacityRequest with topology and parameters that match the previous fields.\n\nThe semantic is currently (CSI spec 1.2) defined as: The available capacity, in bytes, of the storage that can be used to provision volumes. If not set, that information is currently unavailable."),
    ];

    protected override void Validate(V1CSIStorageCapacity value, FieldErrors errors)
    {
        SelectorRules.Validate(value.NodeTopology, FieldPath.Of("nodeTopology"), errors);
        NameRules.DnsSubdomain(value.StorageClassName ?? string.Empty, false, FieldPath.Of("storageClassName"), errors);
        if (value.Capacity is { } capacity && capacity.ToDecimal() < 0) { errors.Invalid(FieldPath.Of("capacity"), Quantities.Format(capacity), NumberRules.NotNegativeText); }
    }

    protected override IEnumerable<string> WarningsFor(V1CSIStorageCapacity value, V1CSIStorageCapacity? old)
    {
        for (var index = 0; index < (value.NodeTopology?.MatchExpressions?.Count ?? 0); index++)
        {
            var key = value.NodeTopology!.MatchExpressions![index].Key;
            if (PodWarnings.Renamed(key) is { } text) { yield return $"nodeTopology.matchExpressions[{index}].key: {key} is {text}"; }
        }

        foreach (var (key, _) in value.NodeTopology?.MatchLabels ?? new Dictionary<string, string>())
        {
            if (PodWarnings.Renamed(key) is { } text) { yield return $"nodeTopology.matchLabels.{key}: {text}"; }
        }
    }

    protected override void ValidateUpdate(V1CSIStorageCapacity value, V1CSIStorageCapacity old, FieldErrors errors)
    {
        Validate(value, errors);
        ImmutableRule.Check(value.NodeTopology, old.NodeTopology, FieldPath.Of("nodeTopology"), errors);
        ImmutableRule.Check(value.StorageClassName, old.StorageClassName, FieldPath.Of("storageClassName"), errors);
    }
}
