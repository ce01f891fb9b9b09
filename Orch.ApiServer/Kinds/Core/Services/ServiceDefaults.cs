using System.Globalization;
using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>What a service means where it says nothing.</summary>
internal static class ServiceDefaults
{
    private const int AffinitySeconds = 10_800;

    /// <summary>Fills a service.</summary>
    public static void Apply(V1Service service)
    {
        var spec = service.Spec ??= new V1ServiceSpec();
        service.Status ??= new V1ServiceStatus();
        service.Status.LoadBalancer ??= new V1LoadBalancerStatus();
        if (string.IsNullOrEmpty(spec.Type)) { spec.Type = "ClusterIP"; }
        Affinity(spec);
        foreach (var port in spec.Ports ?? [])
        {
            if (string.IsNullOrEmpty(port.Protocol)) { port.Protocol = "TCP"; }
            if (string.IsNullOrEmpty(port.TargetPort?.Value) || (port.TargetPort.Value == "0" && !port.TargetPort.IsQuoted())) { port.TargetPort = port.Port.ToString(CultureInfo.InvariantCulture); }
            if (port.NodePort == 0) { port.NodePort = null; }
        }

        if (IsReachedFromOutside(spec) && string.IsNullOrEmpty(spec.ExternalTrafficPolicy)) { spec.ExternalTrafficPolicy = "Cluster"; }
        if (spec.Type is "ClusterIP" or "NodePort" or "LoadBalancer") { spec.InternalTrafficPolicy ??= "Cluster"; }
        if (spec.HealthCheckNodePort == 0) { spec.HealthCheckNodePort = null; }
        if (spec.PublishNotReadyAddresses == false) { spec.PublishNotReadyAddresses = null; }
        if (spec.Type != "LoadBalancer") { return; }
        spec.AllocateLoadBalancerNodePorts ??= true;
        foreach (var ingress in service.Status.LoadBalancer.Ingress ?? [])
        {
            if (!string.IsNullOrEmpty(ingress.Ip)) { ingress.IpMode ??= "VIP"; }
        }
    }

    /// <summary>Whether nodes take traffic for the service from outside.</summary>
    public static bool IsReachedFromOutside(V1ServiceSpec spec)
        => spec.Type is "LoadBalancer" or "NodePort" || (spec.Type == "ClusterIP" && spec.ExternalIPs is { Count: > 0 });

    /// <summary>Keeps the older single address and the list in step; the list's first entry is the single one.</summary>
    /// <remarks>A client that knows only one of the two changes just that one, so the other follows.</remarks>
    public static void JoinClusterIps(V1ServiceSpec spec, V1ServiceSpec? old)
    {
        var single = spec.ClusterIP ?? string.Empty;
        if (old is null)
        {
            if (single.Length > 0 && spec.ClusterIPs is not { Count: > 0 }) { spec.ClusterIPs = [single]; }
            return;
        }

        var singleChanged = single != (old.ClusterIP ?? string.Empty);
        var listChanged = !ContentEquality.Same(spec.ClusterIPs, old.ClusterIPs);
        if (singleChanged && !listChanged)
        {
            spec.ClusterIPs = single.Length == 0 ? null : [single];
        }
        else if (singleChanged && single.Length > 0 && spec.ClusterIPs is not { Count: > 0 })
        {
            spec.ClusterIPs = [single];
        }
    }

    private static void Affinity(V1ServiceSpec spec)
    {
        if (string.IsNullOrEmpty(spec.SessionAffinity)) { spec.SessionAffinity = "None"; }
        if (spec.SessionAffinity == "None") { spec.SessionAffinityConfig = null; }
        if (spec.SessionAffinity == "ClientIP" && spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is null)
        {
            spec.SessionAffinityConfig = new V1SessionAffinityConfig { ClientIP = new V1ClientIPConfig { TimeoutSeconds = AffinitySeconds } };
        }
    }
}
