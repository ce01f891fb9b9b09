using System.Globalization;
using System.Text.Json;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Services;

/// <summary>The rules for services, addresses apart.</summary>
internal static class ServiceRules
{
    private const int MaxAffinitySeconds = 86_400;
    private const string OnlyForBalancers = "may only be used when `type` is 'LoadBalancer'";
    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static readonly FieldPath Spec = FieldPath.Of("spec");

    /// <summary>A service by itself.</summary>
    /// <param name="old">The service before a change; the addresses that it has are not looked at again.</param>
    public static void Validate(V1Service service, V1Service? old, FieldErrors errors)
    {
        var spec = service.Spec;
        Hints(service.Metadata?.Annotations, errors);
        var isHeadless = ServiceIpRules.IsHeadless(spec);
        if (spec.Ports is not { Count: > 0 } && !isHeadless && spec.Type != "ExternalName") { errors.Required(Spec.Child("ports")); }
        ByType(spec, isHeadless, errors);
        Ports(spec.Ports, errors);
        MetadataRules.Labels(spec.Selector, Spec.Child("selector"), errors);
        Affinity(spec, errors);
        ServiceIpRules.Validate(spec, old?.Spec?.ClusterIPs, errors);
        for (var index = 0; index < (spec.ExternalIPs?.Count ?? 0); index++)
        {
            var (faults, path) = (errors.Count, Spec.Child("externalIPs").Index(index));
            IpRules.Address(spec.ExternalIPs![index], path, errors, old?.Spec?.ExternalIPs);
            if (errors.Count == faults) { IpRules.Routable(spec.ExternalIPs[index], path, errors); }
        }

        if (spec.Type is not ("ClusterIP" or "NodePort" or "LoadBalancer" or "ExternalName")) { errors.NotSupported(Spec.Child("type"), spec.Type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"); }
        PortUse(spec, errors);
        Balancer(service, old, errors);
        Traffic(spec, errors);
    }

    /// <summary>A changed service against what is stored.</summary>
    public static void ValidateUpdate(V1Service service, V1Service old, FieldErrors errors)
    {
        ServiceIpRules.ValidateChange(service.Spec, old.Spec, errors);
        if (service.Spec.Type == "LoadBalancer" && old.Spec.Type == "LoadBalancer" && service.Spec.LoadBalancerClass != old.Spec.LoadBalancerClass)
        {
            errors.Invalid(Spec.Child("loadBalancerClass"), service.Spec.LoadBalancerClass, "may not change once set");
        }

        BalancerClass(service.Spec, errors);
        if (ServiceUpdates.NeedsHealthPort(old.Spec) && ServiceUpdates.NeedsHealthPort(service.Spec) && service.Spec.HealthCheckNodePort != old.Spec.HealthCheckNodePort)
        {
            errors.Forbidden(Spec.Child("healthCheckNodePort"), ImmutableRule.Text);
        }

        Validate(service, old, errors);
    }

    private static void Hints(IDictionary<string, string>? annotations, FieldErrors errors)
    {
        const string Mode = "service.kubernetes.io/topology-mode";
        const string Deprecated = "service.kubernetes.io/topology-aware-hints";
        if (annotations is not null && annotations.TryGetValue(Mode, out var mode) && annotations.TryGetValue(Deprecated, out var hints) && mode != hints)
        {
            errors.Invalid(FieldPath.Of("metadata").Child("annotations").Key(Mode), mode, $"must match annotations[{Deprecated}] when both are specified");
        }
    }

    private static void ByType(V1ServiceSpec spec, bool isHeadless, FieldErrors errors)
    {
        switch (spec.Type)
        {
            case "LoadBalancer":
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
                const string OnlyByClient = "when session affinity type is ClientIP";
                if (spec.SessionAffinityConfig is not { } config) { errors.Required(path, OnlyByClient); }
                else if (config.ClientIP is not { } client) { errors.Required(path.Child("clientIP"), OnlyByClient); }
                else if (client.TimeoutSeconds is not { } seconds) { errors.Required(path.Child("clientIP").Child("timeoutSeconds"), OnlyByClient); }
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
        if (spec.Ports is not { Count: > 0 } ports) { return; }
        for (var index = 0; spec.Type == "ClusterIP" && index < ports.Count; index++)
        {
            if (ports[index].NodePort is not (null or 0)) { errors.Forbidden(Spec.Child("ports").Index(index).Child("nodePort"), "may not be used when `type` is 'ClusterIP'"); }
        }

        var nodePorts = new HashSet<(string?, int)>();
        for (var index = 0; index < ports.Count; index++)
        {
            if (ports[index].NodePort is { } node and not 0 && !nodePorts.Add((ports[index].Protocol, node))) { errors.Duplicate(Spec.Child("ports").Index(index).Child("nodePort"), node); }
        }

        var servicePorts = new HashSet<(string?, int)>();
        for (var index = 0; index < ports.Count; index++)
        {
            if (!servicePorts.Add((ports[index].Protocol, ports[index].Port))) { errors.Duplicate(Spec.Child("ports").Index(index), AsUpstreamShows(ports[index])); }
        }
    }

    // Upstream shows the key that it compares, which has just these two fields set.
    private static JsonElement AsUpstreamShows(V1ServicePort port)
        => JsonElement.Parse(string.Create(CultureInfo.InvariantCulture,
            $$"""{"Name":"","Protocol":"{{port.Protocol}}","AppProtocol":null,"Port":{{port.Port}},"TargetPort":0,"NodePort":0}"""));

    private static void Balancer(V1Service service, V1Service? old, FieldErrors errors)
    {
        var spec = service.Spec;
        var isBalancer = spec.Type == "LoadBalancer";
        if (spec.LoadBalancerSourceRanges is { Count: > 0 } ranges)
        {
            var path = Spec.Child("LoadBalancerSourceRanges");
            if (!isBalancer) { errors.Forbidden(path, OnlyForBalancers); }
            List<string>? kept = old?.Spec?.LoadBalancerSourceRanges is { } before ? [.. before.Select(static range => range?.Trim() ?? string.Empty)] : null;
            for (var index = 0; index < ranges.Count; index++) { IpRules.Cidr(ranges[index]?.Trim(), path.Index(index), errors, kept); }
        }
        else if (service.Metadata?.Annotations is { } annotations && annotations.TryGetValue(SourceRanges, out var text))
        {
            var path = FieldPath.Of("metadata").Child("annotations").Key(SourceRanges);
            if (!isBalancer) { errors.Forbidden(path, OnlyForBalancers); }
            var isKept = old?.Metadata?.Annotations is { } kept && kept.TryGetValue(SourceRanges, out var said) && said == text;
            foreach (var range in isKept || string.IsNullOrWhiteSpace(text) ? [] : text.Split(',', StringSplitOptions.TrimEntries)) { IpRules.Cidr(range, path, errors); }
        }

        if (!isBalancer && spec.AllocateLoadBalancerNodePorts is not null) { errors.Forbidden(Spec.Child("allocateLoadBalancerNodePorts"), OnlyForBalancers); }
        if (isBalancer && spec.AllocateLoadBalancerNodePorts is null) { errors.Required(FieldPath.Of("allocateLoadBalancerNodePorts")); }
        BalancerClass(spec, errors);
    }

    private static void BalancerClass(V1ServiceSpec spec, FieldErrors errors)
    {
        if (spec.LoadBalancerClass is not { } name) { return; }
        if (spec.Type == "LoadBalancer") { TextRules.QualifiedName(name, Spec.Child("loadBalancerClass"), errors); }
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
            errors.NotSupported(Spec.Child("trafficDistribution"), spec.TrafficDistribution, "PreferClose", "PreferSameZone", "PreferSameNode");
        }
    }
}
