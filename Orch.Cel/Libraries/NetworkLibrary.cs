using Orch.Cel.Costs;

namespace Orch.Cel.Libraries;

/// <summary>Kubernetes' functions for IP addresses and networks.</summary>
internal static class NetworkLibrary
{
    public static List<CelOverload> Overloads() =>
    [
        CelOverload.Create("ip", "(string) net.IP", (in CelValue text) => CelAddress.Parse(text.AsString(), out var fault) is { } address ? CelValue.FromOpaque(address) : CelValue.Fault(fault))
            with { Cost = CostModel.Traverse },
        CelOverload.Create("isIP", "(string) bool", (in CelValue text) => CelValue.FromBool(CelAddress.Parse(text.AsString(), out _) is not null)) with { Cost = CostModel.Traverse },
        CelOverload.Create("ip.isCanonical", "(string) bool", IsCanonical) with { Cost = CostModel.TraverseTwice },
        CelOverload.Create("family", ".(net.IP) int", (in CelValue address) => CelValue.FromInt(Address(address).IsV4 ? 4 : 6)),
        CelOverload.Create("isUnspecified", ".(net.IP) bool", (in CelValue address) => CelValue.FromBool(Address(address).IsUnspecified)),
        CelOverload.Create("isLoopback", ".(net.IP) bool", (in CelValue address) => CelValue.FromBool(Address(address).IsLoopback)),
        CelOverload.Create("isLinkLocalMulticast", ".(net.IP) bool", (in CelValue address) => CelValue.FromBool(Address(address).IsLinkLocalMulticast)),
        CelOverload.Create("isLinkLocalUnicast", ".(net.IP) bool", (in CelValue address) => CelValue.FromBool(Address(address).IsLinkLocalUnicast)),
        CelOverload.Create("isGlobalUnicast", ".(net.IP) bool", (in CelValue address) => CelValue.FromBool(Address(address).IsGlobalUnicast)),
        CelOverload.Create("string", "(net.IP) string", Conversions.ToText) with { IsDispatching = true },
        CelOverload.Create("cidr", "(string) net.CIDR", (in CelValue text) => CelNetwork.Parse(text.AsString(), out var fault) is { } network ? CelValue.FromOpaque(network) : CelValue.Fault(fault))
            with { Cost = CostModel.Traverse },
        CelOverload.Create("isCIDR", "(string) bool", (in CelValue text) => CelValue.FromBool(CelNetwork.Parse(text.AsString(), out _) is not null)) with { Cost = CostModel.Traverse },
        CelOverload.Create("containsIP", ".(net.CIDR, net.IP) bool", (in CelValue network, in CelValue address) => CelValue.FromBool(Network(network).Contains(Address(address))))
            with { Cost = CostModel.NetworkContains },
        CelOverload.Create("containsIP", ".(net.CIDR, string) bool",
            (in CelValue network, in CelValue text) => CelAddress.Parse(text.AsString(), out var fault) is { } address ? CelValue.FromBool(Network(network).Contains(address)) : CelValue.Fault(fault))
            with { Cost = CostModel.NetworkContainsText },
        CelOverload.Create("containsCIDR", ".(net.CIDR, net.CIDR) bool", (in CelValue network, in CelValue other) => CelValue.FromBool(Network(network).Contains(Network(other))))
            with { Cost = CostModel.NetworkContainsNetwork },
        CelOverload.Create("containsCIDR", ".(net.CIDR, string) bool",
            (in CelValue network, in CelValue text) => CelNetwork.Parse(text.AsString(), out var fault) is { } other ? CelValue.FromBool(Network(network).Contains(other)) : CelValue.Fault(fault))
            with { Cost = CostModel.NetworkContainsNetworkText },
        CelOverload.Create("ip", ".(net.CIDR) net.IP", (in CelValue network) => CelValue.FromOpaque(Network(network).Address)),
        CelOverload.Create("masked", ".(net.CIDR) net.CIDR", (in CelValue network) => CelValue.FromOpaque(Network(network).Masked())),
        CelOverload.Create("prefixLength", ".(net.CIDR) int", (in CelValue network) => CelValue.FromInt(Network(network).PrefixLength)),
        CelOverload.Create("string", "(net.CIDR) string", Conversions.ToText) with { IsDispatching = true },
    ];

    private static CelAddress Address(in CelValue value) => (CelAddress)value.AsOpaque();

    private static CelNetwork Network(in CelValue value) => (CelNetwork)value.AsOpaque();

    private static CelValue IsCanonical(in CelValue text)
        => CelAddress.Parse(text.AsString(), out var fault) is { } address ? CelValue.FromBool(address.ToString() == text.AsString()) : CelValue.Fault(fault);
}
