using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Discovery;

/// <summary>discovery.k8s.io/v1 EndpointSlice.</summary>
internal sealed class EndpointSliceDeclaration() : ResourceDeclaration<V1EndpointSlice>("endpointslices", ResourceScope.Namespaced)
{
    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("AddressType", "string", static item => item.AddressType, description: "addressType specifies the type of address carried by this EndpointSlice."),
        Column("Ports", "string", Ports, description: "ports specifies the list of network ports exposed by each endpoint in this slice."),
        Column("Endpoints", "string", Addresses, description: "endpoints is a list of unique endpoints in this slice."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1EndpointSlice value)
    {
        value.Endpoints ??= [];
        foreach (var port in value.Ports ?? [])
        {
            port.Name ??= string.Empty;
            port.Protocol ??= "TCP";
        }
    }

    protected override void PrepareForCreate(V1EndpointSlice value)
    {
        value.Metadata.Generation = 1;
        EndpointTopology.Drop(value, null);
    }

    protected override void PrepareForUpdate(V1EndpointSlice value, V1EndpointSlice old)
    {
        var same = ContentEquality.Same(value.Endpoints, old.Endpoints) && ContentEquality.Same(value.Ports, old.Ports) && value.AddressType == old.AddressType
            && ContentEquality.Same(value.Metadata.Labels, old.Metadata.Labels);
        value.Metadata.Generation = same ? old.Metadata.Generation : (old.Metadata.Generation ?? 0) + 1;
        EndpointTopology.Drop(value, old);
    }

    protected override void Validate(V1EndpointSlice value, FieldErrors errors) => EndpointSliceRules.Validate(value, errors);

    protected override void ValidateUpdate(V1EndpointSlice value, V1EndpointSlice old, FieldErrors errors)
    {
        EndpointSliceRules.Validate(value, errors);
        ImmutableRule.Check(value.AddressType, old.AddressType, FieldPath.Of("addressType"), errors);
    }

    protected override IEnumerable<string> WarningsFor(V1EndpointSlice value, V1EndpointSlice? old)
    {
        if (value.AddressType == "FQDN") { return old is null ? ["spec.addressType: FQDN endpoints are deprecated"] : []; }

        // Controllers of the cluster write addresses as they should be.
        if (value.Metadata.Labels is { } labels && labels.TryGetValue("endpointslice.kubernetes.io/managed-by", out var manager)
            && manager is "endpointslice-controller.k8s.io" or "endpointslicemirroring-controller.k8s.io")
        {
            return [];
        }

        var texts = new List<string>();
        for (var index = 0; index < (value.Endpoints?.Count ?? 0); index++)
        {
            var path = FieldPath.Of("endpoints").Index(index).Child("addresses");
            for (var item = 0; item < (value.Endpoints![index].Addresses?.Count ?? 0); item++) { IpWarnings.Address(value.Endpoints[index].Addresses![item], path.Index(item), texts); }
        }

        return texts;
    }

    private static string Ports(V1EndpointSlice value)
        => value.Ports is not { Count: > 0 } ports ? "<unset>" : Printing.Shortened(
            [.. ports.Select(static port => port.Port is { } number ? number.ToString(CultureInfo.InvariantCulture) : string.IsNullOrEmpty(port.Name) ? "*" : port.Name)], 3);

    private static string Addresses(V1EndpointSlice value)
        => value.Endpoints is not { Count: > 0 } endpoints ? "<unset>" : Printing.Shortened([.. endpoints.SelectMany(static endpoint => endpoint.Addresses ?? [])], 3);
}
