using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>The slices that hand-written endpoints make.</summary>
internal static class MirroredGroups
{
    /// <summary>Addresses of one subset that are mirrored; upstream's figure.</summary>
    public const int MaxPerSubset = 1000;

    public static List<DesiredGroup> For(V1Endpoints endpoints)
    {
        var groups = new Dictionary<string, DesiredGroup>();
        foreach (var subset in endpoints.Subsets ?? [])
        {
            List<Discoveryv1EndpointPort> ports = [.. (subset.Ports ?? []).Select(static port => new Discoveryv1EndpointPort
            {
                Name = port.Name ?? string.Empty, Protocol = port.Protocol ?? "TCP", Port = port.Port, AppProtocol = port.AppProtocol,
            })];
            var all = (subset.Addresses ?? []).Select(static address => (address, IsReady: true)).Concat((subset.NotReadyAddresses ?? []).Select(static address => (address, IsReady: false)));
            foreach (var (address, isReady) in all.Take(MaxPerSubset))
            {
                if (!IPAddress.TryParse(address.Ip, out var ip)) { continue; }
                var type = ip.AddressFamily == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
                var key = $"{type}/{DesiredGroup.PortsKey(ports)}";
                if (!groups.TryGetValue(key, out var group)) { groups[key] = group = new DesiredGroup(type, ports, new List<V1Endpoint>()); }
                ((List<V1Endpoint>)group.Endpoints).Add(Endpoint(address, isReady));
            }
        }

        return groups.Count == 0 ? [new DesiredGroup("IPv4", [], [])] : [.. groups.Values];
    }

    public static SliceTemplate Template(V1Endpoints endpoints)
    {
        var labels = (endpoints.Metadata.Labels ?? new Dictionary<string, string>()).Where(static label => !SliceLabels.IsReserved(label.Key)).ToDictionary();
        labels[SliceLabels.ServiceName] = endpoints.Metadata.Name;
        labels[SliceLabels.ManagedBy] = SliceLabels.MirroringController;
        var annotations = (endpoints.Metadata.Annotations ?? new Dictionary<string, string>())
            .Where(static annotation => annotation.Key is not ("kubectl.kubernetes.io/last-applied-configuration" or "endpoints.kubernetes.io/last-change-trigger-time")).ToDictionary();
        return new SliceTemplate(endpoints.Metadata.NamespaceProperty, $"{endpoints.Metadata.Name}-", labels, annotations, endpoints.ControllerReference());
    }

    private static V1Endpoint Endpoint(V1EndpointAddress address, bool isReady) => new()
    {
        Addresses = [address.Ip],
        Conditions = new V1EndpointConditions { Ready = isReady },
        Hostname = string.IsNullOrEmpty(address.Hostname) ? null : address.Hostname,
        NodeName = address.NodeName,
        TargetRef = address.TargetRef,
    };
}
