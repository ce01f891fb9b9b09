using k8s.Models;

namespace Orch.Controllers.EndpointSlices;

/// <summary>Endpoints of one address type that offer the same ports, to be laid out in as many slices as it takes.</summary>
/// <param name="AddressType"><c>IPv4</c> or <c>IPv6</c>.</param>
/// <param name="Ports">Of every endpoint in it.</param>
/// <param name="Endpoints">May be empty: then one slice without endpoints says so.</param>
internal sealed record DesiredGroup(string AddressType, IReadOnlyList<Discoveryv1EndpointPort> Ports, IReadOnlyList<V1Endpoint> Endpoints)
{
    /// <summary>The same ports in any order give the same key.</summary>
    public static string PortsKey(IEnumerable<Discoveryv1EndpointPort>? ports)
        => string.Join(';', (ports ?? []).Select(static port => $"{port.Name}|{port.Protocol}|{port.Port}|{port.AppProtocol}").Order(StringComparer.Ordinal));
}
