using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling.Cache;

/// <summary>Computes once what the scheduler needs of a pod.</summary>
internal static class PodInfoFactory
{
    private const long DefaultMilliCpu = 100;
    private const long DefaultMemoryBytes = 200L * 1024 * 1024;
    private static readonly IReadOnlyList<HostPort> NoPorts = [];

    public static PodInfo Create(V1Pod pod)
    {
        var requests = new ResourceAmounts();
        foreach (var (name, quantity) in PodRequests.Of(pod)) { ResourceNames.Set(requests, name, quantity); }

        var (cpu, memory) = NonZero(pod, requests);
        return new PodInfo(pod, pod.Key(), requests, cpu, memory, HostPorts(pod));
    }

    // A container that asks for nothing still does something: scoring counts it as upstream does.
    private static (long MilliCpu, long MemoryBytes) NonZero(V1Pod pod, ResourceAmounts requests)
    {
        long cpu = requests.MilliCpu, memory = requests.MemoryBytes;
        foreach (var container in pod.Spec.Containers)
        {
            var asked = container.Resources?.Requests;
            if (asked is null || !asked.ContainsKey("cpu")) { cpu += DefaultMilliCpu; }
            if (asked is null || !asked.ContainsKey("memory")) { memory += DefaultMemoryBytes; }
        }

        return (cpu, memory);
    }

    private static IReadOnlyList<HostPort> HostPorts(V1Pod pod)
    {
        List<HostPort>? ports = null;
        foreach (var container in pod.Spec.Containers) { Collect(container, ref ports); }
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            if (container.RestartPolicy == "Always") { Collect(container, ref ports); }
        }

        return ports ?? NoPorts;
    }

    private static void Collect(V1Container container, ref List<HostPort>? ports)
    {
        foreach (var port in container.Ports ?? [])
        {
            if (port.HostPort is not (> 0 and { } number)) { continue; }
            ports ??= [];
            ports.Add(new HostPort(string.IsNullOrEmpty(port.HostIP) ? "0.0.0.0" : port.HostIP, string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol, number));
        }
    }
}
