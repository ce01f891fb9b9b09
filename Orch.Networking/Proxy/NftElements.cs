using System.Globalization;
using System.Net;

namespace Orch.Networking.Proxy;

/// <summary>The elements of the table's maps that one service port stands for. Pure.</summary>
internal static class NftElements
{
    /// <summary>An element: which map, its key, and its value (empty in a set).</summary>
    internal readonly record struct Element(string Map, string Key, string Value);

    public static IEnumerable<Element> Of(ServicePortRoute? route)
    {
        if (route is null) { yield break; }
        var protocol = route.Key.Protocol.ToLowerInvariant();
        foreach (var address in route.Addresses)
        {
            var front = Text($"{address} . {protocol} . {route.Key.Port}");
            if (route.Endpoints.Count == 0)
            {
                yield return new Element("no_endpoints", front, string.Empty);
                continue;
            }

            yield return new Element("services", front, $"goto {PickChains.NameOf(PickKind.Service, route.Endpoints.Count, route.AffinityTimeout)}");
            for (var slot = 0; slot < route.Endpoints.Count; slot++)
            {
                yield return new Element("endpoints", Text($"{front} . {slot}"), Target(route.Endpoints[slot]));
            }
        }

        if (route.NodePort == 0 || route.NodePortEndpoints.Count == 0) { yield break; }
        var node = Text($"{protocol} . {route.NodePort}");
        yield return new Element("nodeports", node, $"goto {PickChains.NameOf(KindOf(route), route.NodePortEndpoints.Count, route.AffinityTimeout)}");
        for (var slot = 0; slot < route.NodePortEndpoints.Count; slot++)
        {
            yield return new Element("node_endpoints", Text($"{node} . {slot}"), Target(route.NodePortEndpoints[slot]));
        }
    }

    /// <summary>The chains that the elements go to.</summary>
    public static IEnumerable<(PickKind Kind, int Count, TimeSpan? Affinity)> ChainsOf(ServicePortRoute route)
    {
        if (route.Endpoints.Count > 0) { yield return (PickKind.Service, route.Endpoints.Count, route.AffinityTimeout); }
        if (route.NodePort != 0 && route.NodePortEndpoints.Count > 0) { yield return (KindOf(route), route.NodePortEndpoints.Count, route.AffinityTimeout); }
    }

    private static PickKind KindOf(ServicePortRoute route) => route.KeepsClientAddress ? PickKind.NodePortLocal : PickKind.NodePort;

    private static string Target(IPEndPoint endpoint) => Text($"{endpoint.Address} . {endpoint.Port}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
