using k8s.Models;
using Orch.ApiServer.Kinds.Core.Services;

namespace Orch.ApiServer.Allocation;

/// <summary>What a service has of what is given out.</summary>
internal static class ServiceHoldings
{
    /// <summary>Its cluster addresses; none for a headless or external one.</summary>
    public static IReadOnlyList<string> Addresses(V1Service? service)
    {
        if (service?.Spec is not { } spec || spec.Type == "ExternalName" || ServiceIpRules.IsHeadless(spec)) { return []; }
        if (spec.ClusterIPs is { Count: > 0 } addresses) { return [.. addresses.Where(static address => !string.IsNullOrEmpty(address))]; }
        return string.IsNullOrEmpty(spec.ClusterIP) ? [] : [spec.ClusterIP];
    }

    /// <summary>Its node ports, that for health checks included, each once.</summary>
    public static IReadOnlyCollection<int> Ports(V1Service? service)
    {
        var ports = new HashSet<int>();
        if (service?.Spec is not { } spec) { return ports; }
        foreach (var port in spec.Ports ?? [])
        {
            if (port.NodePort is > 0) { ports.Add(port.NodePort.Value); }
        }

        if (spec.HealthCheckNodePort is > 0) { ports.Add(spec.HealthCheckNodePort.Value); }
        return ports;
    }
}
