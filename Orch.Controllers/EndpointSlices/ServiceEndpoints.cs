using System.Net;
using System.Net.Sockets;
using k8s.Models;
using Orch.Controllers.Pods;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.EndpointSlices;

/// <summary>What a pod is to a service: whether it belongs, under which addresses and ports.</summary>
internal static class ServiceEndpoints
{
    public const string ZoneLabel = "topology.kubernetes.io/zone";

    public static bool IsHeadless(V1Service service) => service.Spec.ClusterIP == "None";

    /// <summary>Whether its endpoints follow from its selector; others are written by people, or there are none.</summary>
    public static bool IsSelecting(V1Service service) => service.Spec.Selector is { Count: > 0 } && service.Spec.Type != "ExternalName";

    public static bool IsSelected(V1Service service, V1Pod pod) => service.Spec.Selector is { Count: > 0 } selector && LabelSelector.FromMap(selector).Matches(pod.Metadata.Labels);

    /// <summary>It has an address and has not finished.</summary>
    public static bool IsCandidate(V1Pod pod) => !pod.IsFinished() && (pod.Status?.PodIPs is { Count: > 0 } || !string.IsNullOrEmpty(pod.Status?.PodIP));

    public static IEnumerable<string> Addresses(V1Pod pod, AddressFamily family)
    {
        IEnumerable<string> all = pod.Status?.PodIPs is { Count: > 0 } ips ? ips.Select(static ip => ip.Ip) : [pod.Status?.PodIP ?? string.Empty];
        return all.Where(address => IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == family);
    }

    /// <summary>The ports that the pod offers for the service; a named target that the pod does not have is left out.</summary>
    public static List<(V1ServicePort Service, int Target)> Ports(V1Service service, V1Pod pod)
    {
        var ports = new List<(V1ServicePort, int)>();
        foreach (var port in service.Spec.Ports ?? [])
        {
            if (TargetOf(port, pod) is { } target) { ports.Add((port, target)); }
        }

        return ports;
    }

    public static string? Hostname(V1Service service, V1Pod pod)
        => !string.IsNullOrEmpty(pod.Spec.Hostname) && pod.Spec.Subdomain == service.Metadata.Name && pod.Metadata.NamespaceProperty == service.Metadata.NamespaceProperty ? pod.Spec.Hostname : null;

    public static V1ObjectReference Reference(V1Pod pod) => new() { Kind = "Pod", NamespaceProperty = pod.Metadata.NamespaceProperty, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid };

    /// <summary>Whether a change of a pod can change the endpoints of a service that selects it.</summary>
    public static bool IsRelevant(V1Pod? before, V1Pod? after)
    {
        if (before is null || after is null) { return true; }
        return before.IsReady() != after.IsReady()
            || before.IsDeleting() != after.IsDeleting()
            || before.IsFinished() != after.IsFinished()
            || before.Spec.NodeName != after.Spec.NodeName
            || before.Status?.PodIP != after.Status?.PodIP
            || !ApiJson.ContentEquals(before.Status?.PodIPs, after.Status?.PodIPs)
            || !ApiJson.ContentEquals(before.Metadata.Labels, after.Metadata.Labels);
    }

    private static int? TargetOf(V1ServicePort port, V1Pod pod)
    {
        var target = port.TargetPort?.Value;
        if (string.IsNullOrEmpty(target) || target == "0") { return port.Port; }
        if (int.TryParse(target, out var number)) { return number; }
        var sidecars = (pod.Spec.InitContainers ?? []).Where(static container => container.RestartPolicy == "Always");
        return pod.Spec.Containers.Concat(sidecars).SelectMany(static container => container.Ports ?? [])
            .FirstOrDefault(one => one.Name == target && (one.Protocol ?? "TCP") == (port.Protocol ?? "TCP"))?.ContainerPort;
    }
}
