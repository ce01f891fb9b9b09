using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Pods;

/// <summary>What a pod means where it says nothing, beyond what holds for templates too.</summary>
internal static class PodDefaults
{
    /// <summary>Fills a pod.</summary>
    public static void Apply(V1Pod pod)
    {
        var spec = pod.Spec ??= new V1PodSpec();
        PodSpecDefaults.Apply(spec);
        spec.EnableServiceLinks ??= true;
        foreach (var container in spec.Containers ?? []) { RequestsFromLimits(container.Resources); }
        foreach (var container in spec.InitContainers ?? []) { RequestsFromLimits(container.Resources); }
        if (spec.HostNetwork == true)
        {
            HostPorts(spec.Containers);
            HostPorts(spec.InitContainers);
        }

        if (spec.Resources is { } resources) { OwnRequests(resources, spec); }
        if (pod.Status is { } status) { Addresses(status); }
    }

    private static void RequestsFromLimits(V1ResourceRequirements? resources)
    {
        if (resources?.Limits is not { Count: > 0 } limits) { return; }
        resources.Requests ??= new Dictionary<string, ResourceQuantity>();
        foreach (var (name, quantity) in limits) { resources.Requests.TryAdd(name, quantity); }
    }

    // What the containers ask for together becomes the pod's own request where it limits itself and asks for nothing.
    private static void OwnRequests(V1ResourceRequirements resources, V1PodSpec spec)
    {
        if (resources.Limits is not { Count: > 0 } || spec.Containers is not { Count: > 0 }) { return; }
        resources.Requests ??= new Dictionary<string, ResourceQuantity>();
        var sums = PodRequests.Of(new V1Pod { Spec = new V1PodSpec { Containers = spec.Containers, InitContainers = spec.InitContainers } });
        foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
        {
            if (resources.Requests.ContainsKey(name)) { continue; }
            if (sums.TryGetValue(name, out var sum)) { resources.Requests[name] = sum; }
            else if (resources.Limits.TryGetValue(name, out var limit)) { resources.Requests[name] = limit; }
        }
    }

    private static void HostPorts(IList<V1Container>? containers)
    {
        foreach (var container in containers ?? [])
        {
            foreach (var port in container.Ports ?? [])
            {
                if (port.HostPort is null or 0) { port.HostPort = port.ContainerPort; }
            }
        }
    }

    // The singular fields are the first of the plural ones, for clients of either.
    private static void Addresses(V1PodStatus status)
    {
        if (!string.IsNullOrEmpty(status.PodIP) && (status.PodIPs is not { Count: > 0 } || status.PodIPs[0].Ip != status.PodIP)) { status.PodIPs = [new V1PodIP { Ip = status.PodIP }]; }
        else if (string.IsNullOrEmpty(status.PodIP) && status.PodIPs is { Count: > 0 }) { status.PodIP = status.PodIPs[0].Ip; }
        if (string.IsNullOrEmpty(status.HostIP) && status.HostIPs is { Count: > 0 }) { status.HostIP = status.HostIPs[0].Ip; }
    }
}
