using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Discovery;

/// <summary>The rules for endpoint slices.</summary>
internal static class EndpointSliceRules
{
    private const int MaxEndpoints = 1000;
    private const int MaxAddresses = 100;
    private const int MaxPorts = 20_000;
    private const int MaxHints = 8;
    private const int MaxTopologyLabels = 16;
    private const string Zone = "topology.kubernetes.io/zone";

    /// <summary>A slice by itself.</summary>
    public static void Validate(V1EndpointSlice value, FieldErrors errors)
    {
        switch (value.AddressType)
        {
            case null or "":
                errors.Required(FieldPath.Of("addressType"));
                break;
            case not ("IPv4" or "IPv6" or "FQDN"):
                errors.NotSupported(FieldPath.Of("addressType"), value.AddressType, "FQDN", "IPv4", "IPv6");
                break;
        }

        Endpoints(value, FieldPath.Of("endpoints"), errors);
        Ports(value.Ports, FieldPath.Of("ports"), errors);
    }

    private static void Endpoints(V1EndpointSlice value, FieldPath path, FieldErrors errors)
    {
        if (value.Endpoints is not { Count: > 0 } endpoints) { return; }
        if (endpoints.Count > MaxEndpoints)
        {
            errors.TooMany(path, endpoints.Count, MaxEndpoints);
            return;
        }

        for (var index = 0; index < endpoints.Count; index++)
        {
            var endpoint = endpoints[index];
            Addresses(endpoint, value.AddressType, path, index, errors);
            if (endpoint.NodeName is { } node && !TextRules.IsSubdomain(node)) { NameRules.DnsSubdomain(node, false, path.Index(index).Child("nodeName"), errors); }
            Topology(endpoint.DeprecatedTopology, path.Index(index).Child("deprecatedTopology"), errors);
            if (endpoint.Hostname is { } host && (host.Length > 63 || !NameRules.IsLabel(host))) { NameRules.DnsLabel(host, false, path.Index(index).Child("hostname"), errors); }
            if (endpoint.Hints is { } hints) { Hints(hints, path.Index(index).Child("hints"), errors); }
        }
    }

    private static void Topology(IDictionary<string, string>? labels, FieldPath path, FieldErrors errors)
    {
        if (labels is null) { return; }
        if (labels.Count > MaxTopologyLabels) { errors.TooMany(path, labels.Count, MaxTopologyLabels); }
        MetadataRules.Labels(labels, path, errors);
        if (labels.ContainsKey(Zone)) { errors.InternalFault(path.Key(Zone), "reserved key was not removed in conversion"); }
    }

    private static void Addresses(V1Endpoint endpoint, string? type, FieldPath path, int index, FieldErrors errors)
    {
        var addresses = endpoint.Addresses;
        if (addresses is not { Count: > 0 })
        {
            errors.Required(path.Index(index).Child("addresses"), "must contain at least 1 address");
            return;
        }

        if (addresses.Count > MaxAddresses) { errors.TooMany(path.Index(index).Child("addresses"), addresses.Count, MaxAddresses); }
        for (var item = 0; item < addresses.Count; item++) { Address(addresses[item] ?? string.Empty, type, path.Index(index).Child("addresses").Index(item), errors); }
    }

    private static void Address(string address, string? type, FieldPath path, FieldErrors errors)
    {
        switch (type)
        {
            case "IPv4" or "IPv6":
                if (!IpRules.TryParse(address, out _) || IpRules.IsV6(address) != (type == "IPv6")) { errors.Invalid(path, address, $"must be a valid {type} address"); }
                IpRules.Routable(address, path, errors);
                break;
            case "FQDN":
                var name = address.EndsWith('.') ? address[..^1] : address;
                NameRules.DnsSubdomain(name, false, path, errors);
                if (!name.Contains('.', StringComparison.Ordinal)) { errors.Invalid(path, address, "should be a domain with at least two segments separated by dots"); }
                break;
        }
    }

    private static void Ports(IList<Discoveryv1EndpointPort>? ports, FieldPath path, FieldErrors errors)
    {
        if (ports is not { Count: > 0 }) { return; }
        if (ports.Count > MaxPorts)
        {
            errors.TooMany(path, ports.Count, MaxPorts);
            return;
        }

        var names = new HashSet<string>();
        for (var index = 0; index < ports.Count; index++)
        {
            var (port, at) = (ports[index], path.Index(index));
            if (!string.IsNullOrEmpty(port.Name)) { NameRules.DnsLabel(port.Name, false, at.Child("name"), errors); }
            if (!names.Add(port.Name ?? string.Empty)) { errors.Duplicate(at.Child("name"), port.Name ?? string.Empty); }
            if (port.Protocol is null) { errors.Required(at.Child("protocol")); }
            else if (port.Protocol is not ("TCP" or "UDP" or "SCTP")) { errors.NotSupported(at.Child("protocol"), port.Protocol, "SCTP", "TCP", "UDP"); }
            if (port.AppProtocol is { } protocol) { TextRules.QualifiedName(protocol, at.Child("appProtocol"), errors); }
        }
    }

    private static void Hints(V1EndpointHints hints, FieldPath path, FieldErrors errors)
    {
        Names(hints.ForZones?.Select(static zone => zone.Name).ToList(), path.Child("forZones"), errors);
        Names(hints.ForNodes?.Select(static node => node.Name).ToList(), path.Child("forNodes"), errors);
    }

    private static void Names(List<string>? names, FieldPath path, FieldErrors errors)
    {
        if (names is not { Count: > 0 }) { return; }
        if (names.Count > MaxHints)
        {
            errors.TooMany(path, names.Count, MaxHints);
            return;
        }

        for (var index = 0; index < names.Count; index++)
        {
            if (names.IndexOf(names[index]) < index) { errors.Duplicate(path.Index(index).Child("name"), names[index]); }
            TextRules.LabelValue(names[index], path.Index(index).Child("name"), errors);
        }
    }
}
