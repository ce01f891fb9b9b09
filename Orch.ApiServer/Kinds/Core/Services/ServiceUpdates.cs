using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>What an update of a service keeps and gives up without being told.</summary>
internal static class ServiceUpdates
{
    /// <summary>Whether the type has a cluster address.</summary>
    public static bool NeedsClusterIp(V1ServiceSpec spec) => spec.Type is "ClusterIP" or "NodePort" or "LoadBalancer";

    /// <summary>Whether each port gets a node port.</summary>
    public static bool NeedsNodePort(V1ServiceSpec spec) => spec.Type == "NodePort" || (spec.Type == "LoadBalancer" && spec.AllocateLoadBalancerNodePorts != false);

    /// <summary>Whether the service gets a port at which balancers ask nodes for its health.</summary>
    public static bool NeedsHealthPort(V1ServiceSpec spec) => spec.Type == "LoadBalancer" && spec.ExternalTrafficPolicy == "Local";

    /// <summary>Takes over what had been allocated and the new object leaves out, so that clients need not read before they write.</summary>
    public static void CarryOver(V1Service value, V1Service old)
    {
        var (spec, before) = (value.Spec, old.Spec);
        if (NeedsClusterIp(before) && NeedsClusterIp(spec))
        {
            if (string.IsNullOrEmpty(spec.ClusterIP) && spec.ClusterIPs is not { Count: > 0 }) { spec.ClusterIP = before.ClusterIP; }
            if (spec.ClusterIPs is not { Count: > 0 } && spec.ClusterIP == before.ClusterIP) { spec.ClusterIPs = before.ClusterIPs; }
            if (string.IsNullOrEmpty(spec.ClusterIP) && ContentEquality.Same(spec.ClusterIPs, before.ClusterIPs)) { spec.ClusterIP = before.ClusterIP; }
            spec.IpFamilyPolicy ??= before.IpFamilyPolicy;
            if (spec.IpFamilies is not { Count: > 0 }) { spec.IpFamilies = spec.IpFamilyPolicy == "SingleStack" ? before.IpFamilies?.Take(1).ToList() : before.IpFamilies; }
            if (spec.IpFamilyPolicy == "SingleStack" && before.IpFamilyPolicy != "SingleStack") { DropSecondary(spec, before); }
        }

        if (NeedsNodePort(before) && NeedsNodePort(spec)) { NodePorts(spec, before); }
        if (NeedsHealthPort(before) && NeedsHealthPort(spec) && spec.HealthCheckNodePort is null or 0) { spec.HealthCheckNodePort = before.HealthCheckNodePort; }
    }

    /// <summary>Gives up what the new type has no use for, where the writer did not touch it.</summary>
    public static void DropUnused(V1ServiceSpec spec, V1ServiceSpec old)
    {
        if (NeedsClusterIp(old) && !NeedsClusterIp(spec))
        {
            if (ContentEquality.Same(spec.ClusterIPs, old.ClusterIPs) && spec.ClusterIP == old.ClusterIP) { (spec.ClusterIP, spec.ClusterIPs) = (null, null); }
            if (ContentEquality.Same(spec.IpFamilies, old.IpFamilies) && spec.IpFamilyPolicy == old.IpFamilyPolicy) { (spec.IpFamilies, spec.IpFamilyPolicy) = (null, null); }
        }

        if (NeedsNodePort(old) && !NeedsNodePort(spec) && SameNodePorts(spec, old))
        {
            foreach (var port in spec.Ports ?? []) { port.NodePort = null; }
        }

        if (NeedsHealthPort(old) && !NeedsHealthPort(spec) && spec.HealthCheckNodePort == old.HealthCheckNodePort) { spec.HealthCheckNodePort = null; }
        if (old.Type == "LoadBalancer" && spec.Type != "LoadBalancer")
        {
            if (spec.AllocateLoadBalancerNodePorts == old.AllocateLoadBalancerNodePorts) { spec.AllocateLoadBalancerNodePorts = null; }
            if (spec.LoadBalancerClass == old.LoadBalancerClass) { spec.LoadBalancerClass = null; }
        }

        if (ServiceDefaults.IsReachedFromOutside(old) && !ServiceDefaults.IsReachedFromOutside(spec) && spec.ExternalTrafficPolicy == old.ExternalTrafficPolicy) { spec.ExternalTrafficPolicy = null; }
        if (old.Type != "ExternalName" && spec.Type == "ExternalName" && spec.InternalTrafficPolicy == old.InternalTrafficPolicy) { spec.InternalTrafficPolicy = null; }
    }

    private static void DropSecondary(V1ServiceSpec spec, V1ServiceSpec old)
    {
        if (spec.ClusterIPs is { Count: 2 } && ContentEquality.Same(spec.ClusterIPs, old.ClusterIPs)) { spec.ClusterIPs = [spec.ClusterIPs[0]]; }
        if (spec.IpFamilies is { Count: 2 } && ContentEquality.Same(spec.IpFamilies, old.IpFamilies)) { spec.IpFamilies = [spec.IpFamilies[0]]; }
    }

    private static void NodePorts(V1ServiceSpec spec, V1ServiceSpec old)
    {
        var used = (spec.Ports ?? []).Select(static port => (port.NodePort ?? 0, port.Protocol)).ToHashSet();
        foreach (var port in spec.Ports ?? [])
        {
            if (port.NodePort is > 0) { continue; }
            var before = (old.Ports ?? []).FirstOrDefault(item => item.Port == port.Port && item.Protocol == port.Protocol);
            if (before?.NodePort is > 0 && used.Add((before.NodePort.Value, port.Protocol))) { port.NodePort = before.NodePort; }
        }
    }

    private static bool SameNodePorts(V1ServiceSpec spec, V1ServiceSpec old)
        => (spec.Ports ?? []).Select(static port => port.NodePort ?? 0).Where(static port => port > 0).ToHashSet()
            .SetEquals((old.Ports ?? []).Select(static port => port.NodePort ?? 0).Where(static port => port > 0));
}
