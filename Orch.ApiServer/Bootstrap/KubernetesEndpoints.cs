using System.Globalization;
using System.Net;
using System.Net.Sockets;
using k8s.Models;

namespace Orch.ApiServer.Bootstrap;

/// <summary>What the endpoints of <c>kubernetes.default</c> say for a set of servers.</summary>
/// <remarks>Pure. A slice has one address family and one set of ports: servers that differ in either have slices of their own, of which the first has upstream's name.</remarks>
internal static class KubernetesEndpoints
{
    /// <summary>The service's name, and that of its endpoints and first slice.</summary>
    public const string Name = "kubernetes";

    private const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>The servers in one order, which is the same on each of them.</summary>
    public static List<IPEndPoint> Ordered(IEnumerable<IPEndPoint> servers)
        => [.. servers.Distinct().OrderBy(static server => server.AddressFamily).ThenBy(static server => server.Port).ThenBy(static server => server.Address.ToString(), StringComparer.Ordinal)];

    /// <summary>The slices.</summary>
    /// <param name="servers">At least one, in order.</param>
    public static List<V1EndpointSlice> Slices(IReadOnlyList<IPEndPoint> servers)
        => [.. servers.GroupBy(static server => (server.AddressFamily, server.Port)).Select(static (group, index) => new V1EndpointSlice
        {
            Metadata = Metadata(index == 0 ? Name : SliceName(group.Key.AddressFamily, group.Key.Port), (ServiceLabel, Name)),
            AddressType = FamilyOf(group.Key.AddressFamily),
            Endpoints = [.. group.Select(static server => new V1Endpoint { Addresses = [server.Address.ToString()], Conditions = new V1EndpointConditions { Ready = true } })],
            Ports = [new Discoveryv1EndpointPort { Name = "https", Protocol = "TCP", Port = group.Key.Port }],
        })];

    /// <summary>The endpoints.</summary>
    /// <param name="servers">At least one, in order.</param>
    public static V1Endpoints Endpoints(IReadOnlyList<IPEndPoint> servers) => new()
    {
        Metadata = Metadata(Name, ("endpointslice.kubernetes.io/skip-mirror", "true")),
        Subsets = [.. servers.GroupBy(static server => server.Port).Select(static group => new V1EndpointSubset
        {
            Addresses = [.. group.Select(static server => new V1EndpointAddress { Ip = server.Address.ToString() })],
            Ports = [new Corev1EndpointPort { Name = "https", Protocol = "TCP", Port = group.Key }],
        })],
    };

    /// <summary>Whether a slice says what it should.</summary>
    public static bool Says(V1EndpointSlice there, V1EndpointSlice wanted)
        => there.AddressType == wanted.AddressType && there.Ports is [{ Port: { } port, Name: "https", Protocol: "TCP" }] && port == wanted.Ports[0].Port
            && there.Metadata.Labels?.TryGetValue(ServiceLabel, out var service) == true && service == Name
            && there.Endpoints?.All(static endpoint => endpoint.Conditions?.Ready == true) == true
            && there.Endpoints.SelectMany(static endpoint => endpoint.Addresses).SequenceEqual(wanted.Endpoints.Select(static endpoint => endpoint.Addresses[0]), StringComparer.Ordinal);

    /// <summary>Whether endpoints say what they should.</summary>
    public static bool Says(V1Endpoints there, V1Endpoints wanted)
        => there.Subsets?.Count == wanted.Subsets.Count && there.Subsets.Zip(wanted.Subsets).All(static pair =>
            pair.First is { Ports: [{ Name: "https", Protocol: "TCP" } port], NotReadyAddresses: null or { Count: 0 } } && port.Port == pair.Second.Ports[0].Port
            && pair.First.Addresses?.Select(static address => address.Ip).SequenceEqual(pair.Second.Addresses.Select(static address => address.Ip), StringComparer.Ordinal) == true);

    /// <summary>Whether a slice is one of these.</summary>
    public static bool IsOne(V1EndpointSlice slice)
        => slice.Metadata.Labels?.TryGetValue(ServiceLabel, out var service) == true && service == Name
            && slice.Ports is [{ Port: { } port }] && slice.Metadata.Name == SliceName(slice.AddressType == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, port);

    /// <summary>As the API calls it.</summary>
    public static string FamilyOf(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";

    /// <summary>Metadata of an object in namespace <c>default</c>.</summary>
    public static V1ObjectMeta Metadata(string name, params (string Key, string Value)[] labels)
        => new() { Name = name, NamespaceProperty = "default", Labels = labels.ToDictionary(static label => label.Key, static label => label.Value) };

    private static string SliceName(AddressFamily family, int port) => $"{Name}-{(family == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4")}-{port.ToString(CultureInfo.InvariantCulture)}";
}
