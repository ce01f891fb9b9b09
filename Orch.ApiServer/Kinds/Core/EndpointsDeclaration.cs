using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core;

/// <summary>core/v1 Endpoints.</summary>
internal sealed class EndpointsDeclaration() : ResourceDeclaration<V1Endpoints>("endpoints", ResourceScope.Namespaced)
{
    public override bool AllowsCreateOnUpdate => true;

    internal override string? DeprecationWarning => "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

    public override IReadOnlyList<string> ShortNames { get; } = ["ep"];

    public override string Singular => "endpoints";

    public override IReadOnlyList<PrinterColumn> Columns { get; } =
    [
        Column("Endpoints", "string", Addresses, description: "The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service."),
        PrinterColumns.Age,
    ];

    protected override void Default(V1Endpoints value)
    {
        foreach (var subset in value.Subsets ?? [])
        {
            foreach (var port in subset.Ports ?? [])
            {
                if (string.IsNullOrEmpty(port.Protocol)) { port.Protocol = "TCP"; }
            }
        }
    }

    protected override void Validate(V1Endpoints value, FieldErrors errors)
    {
        for (var index = 0; index < (value.Subsets?.Count ?? 0); index++)
        {
            var subset = value.Subsets![index];
            var path = FieldPath.Of("subsets").Index(index);
            if (subset.Addresses is not { Count: > 0 } && subset.NotReadyAddresses is not { Count: > 0 }) { errors.Required(path, "must specify `addresses` or `notReadyAddresses`"); }
            EachAddress(subset.Addresses, path.Child("addresses"), errors);
            EachAddress(subset.NotReadyAddresses, path.Child("notReadyAddresses"), errors);
            EachPort(subset.Ports, path.Child("ports"), errors);
        }
    }

    protected override void ValidateUpdate(V1Endpoints value, V1Endpoints old, FieldErrors errors)
    {
        // Addresses that were accepted once stay accepted.
        if (!ContentEquality.Same(value.Subsets, old.Subsets)) { Validate(value, errors); }
    }

    protected override IEnumerable<string> WarningsFor(V1Endpoints value, V1Endpoints? old)
    {
        var texts = new List<string>();
        for (var index = 0; index < (value.Subsets?.Count ?? 0); index++)
        {
            var (subset, path) = (value.Subsets![index], FieldPath.Of("subsets").Index(index));
            Warn(subset.Addresses, path.Child("addresses"), texts);
            Warn(subset.NotReadyAddresses, path.Child("notReadyAddresses"), texts);
        }

        return texts;
    }

    private static void Warn(IList<V1EndpointAddress>? addresses, FieldPath path, List<string> texts)
    {
        for (var index = 0; index < (addresses?.Count ?? 0); index++) { IpWarnings.Address(addresses![index].Ip, path.Index(index).Child("ip"), texts); }
    }

    private static void EachAddress(IList<V1EndpointAddress>? addresses, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (addresses?.Count ?? 0); index++)
        {
            var address = addresses![index];
            IpRules.Address(address.Ip, path.Index(index).Child("ip"), errors);
            if (!string.IsNullOrEmpty(address.Hostname)) { NameRules.DnsLabel(address.Hostname, false, path.Index(index).Child("hostname"), errors); }
            if (address.NodeName is { } node) { NameRules.DnsSubdomain(node, false, path.Index(index).Child("nodeName"), errors); }
            IpRules.Routable(address.Ip, path.Index(index).Child("ip"), errors);
        }
    }

    private static void EachPort(IList<Corev1EndpointPort>? ports, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (ports?.Count ?? 0); index++)
        {
            var (port, at) = (ports![index], path.Index(index));
            if (!string.IsNullOrEmpty(port.Name)) { NameRules.DnsLabel(port.Name, false, at.Child("name"), errors); }
            else if (ports.Count > 1) { errors.Required(at.Child("name")); }
            NumberRules.Port(port.Port, at, "port", errors);
            if (port.Protocol is not ("TCP" or "UDP" or "SCTP")) { errors.NotSupported(at.Child("protocol"), port.Protocol, "SCTP", "TCP", "UDP"); }
            if (port.AppProtocol is { } protocol) { TextRules.QualifiedName(protocol, at.Child("appProtocol"), errors); }
        }
    }

    private static string Addresses(V1Endpoints value)
    {
        if (value.Subsets is not { Count: > 0 } subsets) { return Printing.None; }
        var items = new List<string>();
        foreach (var subset in subsets)
        {
            var addresses = subset.Addresses ?? [];
            if (subset.Ports is not { Count: > 0 }) { items.AddRange(addresses.Select(static address => address.Ip)); }
            foreach (var port in subset.Ports ?? [])
            {
                items.AddRange(addresses.Select(address => address.Ip.Contains(':', StringComparison.Ordinal)
                    ? string.Create(CultureInfo.InvariantCulture, $"[{address.Ip}]:{port.Port}")
                    : string.Create(CultureInfo.InvariantCulture, $"{address.Ip}:{port.Port}")));
            }
        }

        return Printing.Shortened(items, 3);
    }
}
