using System.Net.Sockets;
using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>The endpoints that a service's pods make.</summary>
internal static class ServiceGroups
{
    /// <param name="service">With a selector.</param>
    /// <param name="pods">Those that it selects.</param>
    /// <param name="findNode">Null for a node that is not known: a pod on it is left out, unless unready addresses are published.</param>
    public static List<DesiredGroup> For(V1Service service, IEnumerable<V1Pod> pods, Func<string, V1Node?> findNode)
    {
        var candidates = pods.Where(ServiceEndpoints.IsCandidate).OrderBy(static pod => pod.Key()).ToList();
        return [.. Families(service).SelectMany(family => Groups(service, candidates, family, findNode))];
    }

    public static SliceTemplate Template(V1Service service)
    {
        var labels = new Dictionary<string, string>();
        foreach (var (name, value) in service.Metadata.Labels ?? new Dictionary<string, string>())
        {
            if (!SliceLabels.IsReserved(name)) { labels[name] = value; }
        }

        labels[SliceLabels.ServiceName] = service.Metadata.Name;
        labels[SliceLabels.ManagedBy] = SliceLabels.Controller;
        if (ServiceEndpoints.IsHeadless(service)) { labels[SliceLabels.Headless] = string.Empty; }
        return new SliceTemplate(service.Metadata.NamespaceProperty, $"{service.Metadata.Name}-", labels, new Dictionary<string, string>(), service.ControllerReference());
    }

    private static IEnumerable<AddressFamily> Families(V1Service service)
        => service.Spec.IpFamilies is { Count: > 0 } families
            ? families.Select(static family => family == "IPv6" ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            : [service.Spec.ClusterIP?.Contains(':', StringComparison.Ordinal) == true ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork];

    private static IEnumerable<DesiredGroup> Groups(V1Service service, List<V1Pod> pods, AddressFamily family, Func<string, V1Node?> findNode)
    {
        var type = family == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
        var groups = new Dictionary<string, (List<Discoveryv1EndpointPort> Ports, List<V1Endpoint> Endpoints)>();
        foreach (var pod in pods)
        {
            var addresses = ServiceEndpoints.Addresses(pod, family).ToList();
            if (addresses.Count == 0) { continue; }
            var node = string.IsNullOrEmpty(pod.Spec.NodeName) ? null : findNode(pod.Spec.NodeName);
            if (node is null && service.Spec.PublishNotReadyAddresses != true) { continue; }
            var ports = Ports(service, pod);
            var key = DesiredGroup.PortsKey(ports);
            if (!groups.TryGetValue(key, out var group)) { groups[key] = group = (ports, []); }
            group.Endpoints.Add(Endpoint(service, pod, node, addresses));
        }

        return groups.Count == 0 ? [new DesiredGroup(type, [], [])] : groups.Values.Select(group => new DesiredGroup(type, group.Ports, group.Endpoints));
    }

    private static List<Discoveryv1EndpointPort> Ports(V1Service service, V1Pod pod)
        => [.. ServiceEndpoints.Ports(service, pod).Select(static port => new Discoveryv1EndpointPort
        {
            Name = port.Service.Name ?? string.Empty, Protocol = port.Service.Protocol ?? "TCP", Port = port.Target, AppProtocol = port.Service.AppProtocol,
        })];

    private static V1Endpoint Endpoint(V1Service service, V1Pod pod, V1Node? node, List<string> addresses)
    {
        var (serving, terminating) = (pod.IsReady(), pod.IsDeleting());
        return new V1Endpoint
        {
            Addresses = addresses,
            Conditions = new V1EndpointConditions
            {
                Ready = service.Spec.PublishNotReadyAddresses == true || (serving && !terminating), Serving = serving, Terminating = terminating,
            },
            Hostname = ServiceEndpoints.Hostname(service, pod),
            NodeName = string.IsNullOrEmpty(pod.Spec.NodeName) ? null : pod.Spec.NodeName,
            TargetRef = ServiceEndpoints.Reference(pod),
            Zone = node?.Label(ServiceEndpoints.ZoneLabel),
        };
    }
}
