using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>resource.k8s.io/v1 ResourceSlice.</summary>
/// <param name="time">Taints without a time are given this one's; the system's when null.</param>
internal sealed class ResourceSliceDeclaration(TimeProvider? time = null) : ResourceDeclaration<V1ResourceSlice>("resourceslices", ResourceScope.Cluster)
{
    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Node", "string", static item => item.Spec?.NodeName ?? string.Empty, description: "NodeName identifies the node which provides the resources in this pool. A field selector can be used to list only ResourceSlice objects belonging to a certain node.\n\nThis field can be used to limit access from nodes to ResourceSlices with the same node name. It also indicates to autoscalers that adding new nodes of the same type as some old node might also make new resources available.\n\nExactly one of NodeName, NodeSelector, AllNodes, and PerDeviceNodeSelection must be set. This field is immutable."),
        Column("Driver", "string", static item => item.Spec?.Driver ?? string.Empty, description: "Driver identifies the DRA driver providing the capacity information. A field selector can be used to list only ResourceSlice objects with a certain driver name.\n\nMust be a DNS subdomain and should end with a DNS domain owned by the vendor of the driver. It should use only lower case characters. This field is immutable."),
        Column("Pool", "string", static item => item.Spec?.Pool?.Name ?? string.Empty, description: "Name is used to identify the pool. For node-local devices, this is often the node name, but this is not required.\n\nIt must not be longer than 253 characters and must consist of one or more DNS sub-domains separated by slashes. This field is immutable."),
        PrinterColumns.Age,
    ];

    public override IReadOnlyDictionary<string, Func<object, string>> SelectableFields { get; } = new Dictionary<string, Func<object, string>>
    {
        ["spec.nodeName"] = static item => ((V1ResourceSlice)item).Spec?.NodeName ?? string.Empty,
        ["spec.driver"] = static item => ((V1ResourceSlice)item).Spec?.Driver ?? string.Empty,
    };

    internal override string? IndexedField => "spec.nodeName";

    protected override void Default(V1ResourceSlice value)
    {
        value.Spec ??= new V1ResourceSliceSpec();
        foreach (var taint in (value.Spec.Devices ?? []).SelectMany(static device => device.Taints ?? []))
        {
            taint.TimeAdded ??= DateTimeOffset.FromUnixTimeSeconds((time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        }
    }

    protected override void PrepareForCreate(V1ResourceSlice value)
    {
        value.Metadata.Generation = 1;
        DeviceAttributeRules.DropLists(value.Spec);
    }

    protected override void PrepareForUpdate(V1ResourceSlice value, V1ResourceSlice old)
    {
        // Upstream counts before it drops.
        value.Metadata.Generation = Generations.Next(value.Spec, old.Spec, old.Metadata);
        DeviceAttributeRules.DropLists(value.Spec);
    }

    protected override void Validate(V1ResourceSlice value, FieldErrors errors) => ResourceSliceRules.Validate(value.Spec, null, errors);

    protected override void ValidateUpdate(V1ResourceSlice value, V1ResourceSlice old, FieldErrors errors) => ResourceSliceRules.Validate(value.Spec, old.Spec, errors);

    protected override IEnumerable<string> WarningsFor(V1ResourceSlice value, V1ResourceSlice? old)
    {
        var driver = value.Spec.Driver ?? string.Empty;
        return driver.Any(char.IsUpper) ? [$"spec.driver: driver names should be lowercase; {GoText.Quote(driver)} contains uppercase characters"] : [];
    }
}
