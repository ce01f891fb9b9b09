using System.Globalization;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>The rules for services, addresses apart.</summary>
internal static class ServiceRules
{
    private const int KubeletPort = 10_250;
    private const int MaxAffinitySeconds = 86_400;
    private const string OnlyForBalancers = "may only be used when `type` is 'LoadBalancer'";
    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>A service by itself.</summary>
    public static void Validate(V1Service service, FieldErrors errors)
    {
        var spec = service.Spec;
        var isHeadless = ServiceIpRules.IsHeadless(spec);
        if (spec.Ports is not { Count: > 0 } && !isHeadless && spec.Type != "ExternalName") { errors.Required(Spec.Child("ports")); }
        ByType(spec, isHeadless, errors);
        Ports(spec.Ports, errors);
        MetadataRules.Labels(spec.Selector, Spec.Child("selector"), errors);
        Affinity(spec, errors);
        ServiceIpRules.Validate(spec, errors);
        for (var index = 0; index < (spec.ExternalIPs?.Count ?? 0); index++) { IpRules.Routable(spec.ExternalIPs![index], Spec.Child("externalIPs").Index(index), errors); }
        if (spec.Type is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName")) { errors.NotSupported(Spec.Child("type"), spec.Type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"); }
        PortUse(spec, errors);
        Balancer(service, errors);
        Traffic(spec, errors);
    }

    /// <summary>A changed service against what is stored.</summary>
    public static void ValidateUpdate(V1Service service, V1Service old, FieldErrors errors)
    {
        ServiceIpRules.ValidateChange(service.Spec, old.Spec, errors);
        if (service.Spec.Type == "LoadBalancer" && old.Spec.Type == "LoadBalancer" && (service.Spec.LoadBalancerClass ?? string.Empty) != (old.Spec.LoadBalancerClass ?? string.Empty))
        {
            errors.Invalid(Spec.Child("loadBalancerClass"), service.Spec.LoadBalancerClass, "may not change once set");
        }

        if (ServiceUpdates.NeedsHealthPort(old.Spec) && ServiceUpdates.NeedsHealthPort(service.Spec) && service.Spec.HealthCheckNodePort != old.Spec.HealthCheckNodePort)
        {
            errors.Forbidden(Spec.Child("healthCheckNodePort"), ImmutableRule.Text);
        }

        Validate(service, errors);
    }

    private static void ByType(V1ServiceSpec spec, bool isHeadless, FieldErrors errors)
    {
        switch (spec.Type)
        {
            case "LoadBalancer":
                for (var index = 0; index < (spec.Ports?.Count ?? 0); index++)
                {
                    if (spec.Ports![index].Port == KubeletPort)
                    {
                        errors.Invalid(Spec.Child("ports").Index(index), KubeletPort, $"may not expose port {KubeletPort} externally since it is used by kubelet");
                    }
                }

                if (isHeadless) { errors.Invalid(Spec.Child("clusterIPs").Index(0), "None", "may not be set to 'None' for LoadBalancer services"); }
                break;
            case "NodePort":
                if (isHeadless) { errors.Invalid(Spec.Child("clusterIPs").Index(0), "None", "may not be set to 'None' for NodePort services"); }
                break;
            case "ExternalName":
                if (spec.ClusterIPs is { Count: > 0 }) { errors.Forbidden(Spec.Child("clusterIPs"), "may not be set for ExternalName services"); }
                if (spec.IpFamilies is { Count: > 0 }) { errors.Forbidden(Spec.Child("ipFamilies"), "may not be set for ExternalName services"); }
                if (spec.IpFamilyPolicy is not null) { errors.Forbidden(Spec.Child("ipFamilyPolicy"), "may not be set for ExternalName services"); }
                var name = spec.ExternalName ?? string.Empty;
                if (name.EndsWith('.')) { name = name[..^1]; }
                if (name.Length == 0) { errors.Required(Spec.Child("externalName")); }
                else { NameRules.DnsSubdomain(name, false, Spec.Child("externalName"), errors); }
                break;
        }
    }

    private static void Ports(IList<V1ServicePort>? ports, FieldErrors errors)
    {
        var names = new HashSet<string>();
        for (var index = 0; index < (ports?.Count ?? 0); index++)
        {
            var port = ports![index];
            var path = Spec.Child("ports").Index(index);
            if (!string.IsNullOrEmpty(port.Name))
            {
                NameRules.DnsLabel(port.Name, false, path.Child("name"), errors);
                if (!names.Add(port.Name)) { errors.Duplicate(path.Child("name"), port.Name); }
            }
            else if (ports.Count > 1)
            {
                errors.Required(path.Child("name"));
            }

            NumberRules.Port(port.Port, path, "port", errors);
            if (port.Protocol is not ("TCP" or "UDP" or "SCTP")) { errors.NotSupported(path.Child("protocol"), port.Protocol, "SCTP", "TCP", "UDP"); }
            NumberRules.PortOrName(port.TargetPort, path, "targetPort", errors);
            if (port.AppProtocol is { } protocol) { TextRules.QualifiedName(protocol, path.Child("appProtocol"), errors); }
        }
    }

    private static void Affinity(V1ServiceSpec spec, FieldErrors errors)
    {
        var path = Spec.Child("sessionAffinityConfig");
        switch (spec.SessionAffinity)
        {
            case "None":
                if (spec.SessionAffinityConfig is not null) { errors.Forbidden(path, "must not be set when session affinity is None"); }
                break;
            case "ClientIP":
                if (spec.SessionAffinityConfig?.ClientIP?.TimeoutSeconds is not { } seconds) { errors.Required(path, "when session affinity type is ClientIP"); }
                else if (seconds is <= 0 or > MaxAffinitySeconds)
                {
                    errors.Invalid(path.Child("clientIP").Child("timeoutSeconds"), seconds, $"must be greater than 0 and less than {MaxAffinitySeconds}");
                }

                break;
            default:
                errors.NotSupported(Spec.Child("sessionAffinity"), spec.SessionAffinity, "ClientIP", "None");
                break;
        }
    }

    private static void PortUse(V1ServiceSpec spec, FieldErrors errors)
    {
        var nodePorts = new HashSet<(string?, int)>();
        var servicePorts = new HashSet<(string?, int)>();
        for (var index = 0; index < (spec.Ports?.Count ?? 0); index++)
        {
            var port = spec.Ports![index];
            var path = Spec.Child("ports").Index(index);
            if (port.NodePort is { } node and not 0)
            {
                if (spec.Type == "ClusterIP") { errors.Forbidden(path.Child("nodePort"), "may not be used when `type` is 'ClusterIP'"); }
                if (!nodePorts.Add((port.Protocol, node))) { errors.Duplicate(path.Child("nodePort"), node); }
            }

            if (!servicePorts.Add((port.Protocol, port.Port))) { errors.Duplicate(path, AsUpstreamShows(port)); }
        }
    }

    // Upstream shows the key that it compares, which has just these two fields set.
    private static JsonElement AsUpstreamShows(V1ServicePort port)
        => JsonElement.Parse(string.Create(CultureInfo.InvariantCulture,
            $$"""{"Name":"","Protocol":"{{port.Protocol}}","AppProtocol":null,"Port":{{port.Port}},"TargetPort":0,"NodePort":0}"""));

    private static void Balancer(V1Service service, FieldErrors errors)
    {
        var spec = service.Spec;
        var isBalancer = spec.Type == "LoadBalancer";
        if (spec.LoadBalancerSourceRanges is { Count: > 0 } ranges)
        {
            var path = Spec.Child("LoadBalancerSourceRanges");
            if (!isBalancer) { errors.Forbidden(path, OnlyForBalancers); }
            for (var index = 0; index < ranges.Count; index++) { IpRules.Cidr(ranges[index]?.Trim(), path.Index(index), errors); }
        }
        else if (service.Metadata?.Annotations is { } annotations && annotations.TryGetValue(SourceRanges, out var text))
        {
            var path = FieldPath.Of("metadata").Child("annotations").Key(SourceRanges);
            if (!isBalancer) { errors.Forbidden(path, OnlyForBalancers); }
            foreach (var range in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) { IpRules.Cidr(range, path, errors); }
        }

        if (isBalancer && spec.AllocateLoadBalancerNodePorts is null) { errors.Required(FieldPath.Of("allocateLoadBalancerNodePorts")); }
        if (!isBalancer && spec.AllocateLoadBalancerNodePorts is not null) { errors.Forbidden(Spec.Child("allocateLoadBalancerNodePorts"), OnlyForBalancers); }
        if (spec.LoadBalancerClass is not { } name) { return; }
        if (isBalancer) { TextRules.QualifiedName(name, Spec.Child("loadBalancerClass"), errors); }
        else { errors.Forbidden(Spec.Child("loadBalancerClass"), OnlyForBalancers); }
    }

    private static void Traffic(V1ServiceSpec spec, FieldErrors errors)
    {
        var path = Spec.Child("externalTrafficPolicy");
        var isOutside = ServiceDefaults.IsReachedFromOutside(spec);
        var policy = spec.ExternalTrafficPolicy ?? string.Empty;
        if (!isOutside && policy.Length > 0) { errors.Invalid(path, policy, "may only be set for externally-accessible services"); }
        else if (isOutside && policy.Length == 0) { errors.Required(path); }
        else if (isOutside && policy is not ("Cluster" or "Local")) { errors.NotSupported(path, policy, "Cluster", "Local"); }

        if (!ServiceUpdates.NeedsHealthPort(spec) && spec.HealthCheckNodePort is not (null or 0))
        {
            errors.Invalid(Spec.Child("healthCheckNodePort"), spec.HealthCheckNodePort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
        }

        if (spec.InternalTrafficPolicy is not (null or "Cluster" or "Local")) { errors.NotSupported(Spec.Child("internalTrafficPolicy"), spec.InternalTrafficPolicy, "Cluster", "Local"); }
        if (spec.TrafficDistribution is not (null or "PreferClose" or "PreferSameZone" or "PreferSameNode"))
        {
            errors.NotSupported(Spec.Child("trafficDistribution"), spec.TrafficDistribution, "PreferClose", "PreferSameNode", "PreferSameZone");
        }
    }
}
