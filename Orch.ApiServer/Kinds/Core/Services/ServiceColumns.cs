using System.Globalization;
using k8s.Models;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>How services are printed.</summary>
internal static class ServiceColumns
{
    /// <summary>The first cluster address.</summary>
    public static string ClusterIp(V1Service service)
        => service.Spec?.ClusterIPs is { Count: > 0 } addresses ? addresses[0]
            : string.IsNullOrEmpty(service.Spec?.ClusterIP) ? Printing.None : service.Spec.ClusterIP;

    /// <summary>Where the service is reached from outside.</summary>
    public static string ExternalIp(V1Service service)
    {
        var external = service.Spec?.ExternalIPs is { Count: > 0 } addresses ? string.Join(',', addresses) : null;
        switch (service.Spec?.Type)
        {
            case "ClusterIP" or "NodePort": return external ?? Printing.None;
            case "ExternalName": return service.Spec.ExternalName;
            case "LoadBalancer":
                var balanced = string.Join(',', (service.Status?.LoadBalancer?.Ingress ?? [])
                    .Select(static item => string.IsNullOrEmpty(item.Ip) ? item.Hostname : item.Ip)
                    .Where(static item => !string.IsNullOrEmpty(item)).Distinct().Order(StringComparer.Ordinal));
                if (external is not null) { return balanced.Length > 0 ? $"{balanced},{external}" : external; }
                return balanced.Length > 0 ? balanced : "<pending>";
            default: return Printing.Unknown;
        }
    }

    /// <summary>Such as <c>80/TCP,443:30443/TCP</c>.</summary>
    public static string Ports(V1Service service)
        => service.Spec?.Ports is { Count: > 0 } ports ? string.Join(',', ports.Select(Port)) : Printing.None;

    private static string Port(V1ServicePort port)
        => port.NodePort is { } node and > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{port.Port}:{node}/{port.Protocol}")
            : string.Create(CultureInfo.InvariantCulture, $"{port.Port}/{port.Protocol}");
}
