using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.Resources;

namespace Orch.Networking.Dns;

/// <summary>What pods reach the server by: one service, and an endpoint slice for each node.</summary>
internal static class DnsObjects
{
    public const string Namespace = "kube-system";
    public const string ServiceName = "kube-dns";
    private const int DnsPort = 53;

    public static ObjectKey Service { get; } = new(Namespace, ServiceName);

    public static ObjectKey SliceOf(string node) => new(Namespace, $"{ServiceName}-{node}");

    public static V1Service MakeService(IPAddress address) => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = new V1ObjectMeta
        {
            Name = ServiceName,
            NamespaceProperty = Namespace,
            Labels = new Dictionary<string, string> { ["k8s-app"] = ServiceName, ["kubernetes.io/name"] = "KubeDNS", ["kubernetes.io/cluster-service"] = "true" },
        },
        Spec = new V1ServiceSpec
        {
            Type = "ClusterIP",
            ClusterIP = address.ToString(),
            Ports =
            [
                new V1ServicePort { Name = "dns", Protocol = "UDP", Port = DnsPort, TargetPort = DnsPort },
                new V1ServicePort { Name = "dns-tcp", Protocol = "TCP", Port = DnsPort, TargetPort = DnsPort },
            ],
        },
    };

    public static V1EndpointSlice MakeSlice(string node, IPEndPoint listening) => new()
    {
        ApiVersion = "discovery.k8s.io/v1",
        Kind = "EndpointSlice",
        Metadata = new V1ObjectMeta
        {
            Name = SliceOf(node).Name,
            NamespaceProperty = Namespace,
            Labels = new Dictionary<string, string>
            {
                ["k8s-app"] = ServiceName,
                ["kubernetes.io/service-name"] = ServiceName,
                ["endpointslice.kubernetes.io/managed-by"] = "orch-dns",
            },
        },
        AddressType = listening.AddressFamily == AddressFamily.InterNetwork ? "IPv4" : "IPv6",
        Endpoints =
        [
            new V1Endpoint
            {
                Addresses = [listening.Address.ToString()],
                NodeName = node,
                Conditions = new V1EndpointConditions { Ready = true, Serving = true, Terminating = false },
            },
        ],
        Ports =
        [
            new Discoveryv1EndpointPort { Name = "dns", Protocol = "UDP", Port = listening.Port },
            new Discoveryv1EndpointPort { Name = "dns-tcp", Protocol = "TCP", Port = listening.Port },
        ],
    };

    /// <summary>True when a slice says what the wanted one does.</summary>
    public static bool IsAsWanted(V1EndpointSlice found, V1EndpointSlice wanted)
        => found.AddressType == wanted.AddressType
            && wanted.Metadata.Labels.All(label => found.Metadata.Labels is { } labels && labels.TryGetValue(label.Key, out var value) && value == label.Value)
            && found.Endpoints is [{ Conditions.Ready: true } endpoint] && endpoint.NodeName == wanted.Endpoints[0].NodeName
            && endpoint.Addresses.SequenceEqual(wanted.Endpoints[0].Addresses)
            && (found.Ports ?? []).Select(static port => (port.Name, port.Protocol, port.Port)).SequenceEqual(wanted.Ports.Select(static port => (port.Name, port.Protocol, port.Port)));
}
