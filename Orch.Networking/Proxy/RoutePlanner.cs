using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.Resources;

namespace Orch.Networking.Proxy;

/// <summary>Works out where the ports of one service lead, from the service and its endpoint slices. Pure.</summary>
/// <remarks>https://kubernetes.io/docs/reference/networking/virtual-ips/</remarks>
internal static class RoutePlanner
{
    private static readonly TimeSpan DefaultAffinity = TimeSpan.FromHours(3);

    /// <summary>The routes of a service; none for one without a cluster address.</summary>
    /// <param name="previous">The routes before, so that endpoints keep their slots.</param>
    public static List<ServicePortRoute> Plan(
        V1Service service, IReadOnlyCollection<V1EndpointSlice> slices, string nodeName, Func<ServicePortKey, ServicePortRoute?> previous)
    {
        var routes = new List<ServicePortRoute>();
        if (service.Spec is not { } spec || spec.Type == "ExternalName" || spec.ClusterIP is null or "" or "None") { return routes; }
        var addresses = Addresses(service);
        if (addresses.Count == 0) { return routes; }
        foreach (var port in spec.Ports ?? [])
        {
            var key = new ServicePortKey(service.Key(), port.Port, port.Protocol ?? "TCP");
            var old = previous(key);
            var all = Usable(slices, port, null);
            var local = spec.InternalTrafficPolicy == "Local" || spec.ExternalTrafficPolicy == "Local" ? Usable(slices, port, nodeName) : all;
            var isLocalOutside = spec.ExternalTrafficPolicy == "Local";
            var nodePort = port.NodePort ?? 0;
            routes.Add(new ServicePortRoute(
                key,
                addresses,
                nodePort,
                Slots.Keep(old?.Endpoints ?? [], spec.InternalTrafficPolicy == "Local" ? local : all),
                nodePort == 0 ? [] : Slots.Keep(old?.NodePortEndpoints ?? [], isLocalOutside ? local : all),
                isLocalOutside,
                spec.SessionAffinity == "ClientIP" ? Timeout(spec) : null));
        }

        return routes;
    }

    private static TimeSpan Timeout(V1ServiceSpec spec)
        => spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultAffinity;

    private static List<IPAddress> Addresses(V1Service service)
    {
        var texts = (service.Spec.ClusterIPs is { Count: > 0 } many ? many : [service.Spec.ClusterIP])
            .Concat(service.Spec.ExternalIPs ?? [])
            .Concat((service.Status?.LoadBalancer?.Ingress ?? []).Where(ingress => ingress.IpMode != "Proxy").Select(ingress => ingress.Ip));
        return [.. texts.Where(text => !string.IsNullOrEmpty(text))
            .Select(text => IPAddress.TryParse(text, out var address) ? address : null)
            .OfType<IPAddress>().Where(address => address.AddressFamily == AddressFamily.InterNetwork).Distinct()];
    }

    // Where nothing is ready, endpoints that end but still serve are better than none.
    private static List<IPEndPoint> Usable(IReadOnlyCollection<V1EndpointSlice> slices, V1ServicePort port, string? onNode)
    {
        var ready = new List<IPEndPoint>();
        var ending = new List<IPEndPoint>();
        foreach (var slice in slices)
        {
            if (slice.AddressType != "IPv4" || PortOf(slice, port) is not { } number) { continue; }
            foreach (var endpoint in slice.Endpoints ?? [])
            {
                if (onNode is not null && endpoint.NodeName != onNode) { continue; }
                var conditions = endpoint.Conditions;
                var chosen = conditions?.Ready != false ? ready : conditions is { Serving: not false, Terminating: true } ? ending : null;
                if (chosen is null || endpoint.Addresses is not [var text, ..] || !IPAddress.TryParse(text, out var address)) { continue; }
                chosen.Add(new IPEndPoint(address, number));
            }
        }

        return [.. (ready.Count > 0 ? ready : ending).Distinct()];
    }

    private static int? PortOf(V1EndpointSlice slice, V1ServicePort port)
    {
        foreach (var candidate in slice.Ports ?? [])
        {
            if ((candidate.Name ?? string.Empty) == (port.Name ?? string.Empty) && (candidate.Protocol ?? "TCP") == (port.Protocol ?? "TCP")) { return candidate.Port; }
        }

        return null;
    }
}
