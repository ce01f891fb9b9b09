using System.Net;
using k8s.Models;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns.Zone;

/// <summary>All records that one service gives rise to, by the Kubernetes DNS specification.</summary>
/// <param name="Names">By owner; a name without records exists all the same, since there are names below it.</param>
/// <param name="Pointers">From addresses back to names.</param>
internal sealed record ServiceRecords(IReadOnlyDictionary<string, DnsRecord[]> Names, IReadOnlyList<DnsRecord> Pointers)
{
    /// <summary>Seconds that clients may keep a record.</summary>
    public const uint Ttl = 5;

    /// <summary>The records; null when the service has none, and its name does not exist.</summary>
    /// <param name="services">The parent of all services' namespaces, such as <c>svc.cluster.local</c>.</param>
    public static ServiceRecords? Of(V1Service service, IReadOnlyCollection<V1EndpointSlice> slices, string services)
    {
        var name = $"{service.Metadata.Name}.{service.Metadata.NamespaceProperty}.{services}";
        var builder = new Builder(name);
        if (service.Spec.Type == "ExternalName") { builder.AddExternal(service.Spec.ExternalName?.TrimEnd('.').ToLowerInvariant() ?? string.Empty); }
        else
        {
            var headless = service.Spec.ClusterIP == "None";
            if (!headless) { builder.AddCluster(service.Spec); }
            foreach (var slice in slices) { builder.AddEndpoints(slice, headless, service.Spec.PublishNotReadyAddresses ?? false); }
        }

        return builder.Finish();
    }

    private sealed class Builder(string name)
    {
        private readonly Dictionary<string, List<DnsRecord>> _names = new() { [name] = [] };
        private readonly Dictionary<string, HashSet<(string Target, ushort Port)>> _ports = [];
        private readonly HashSet<(string Reverse, string Target)> _pointers = [];
        private readonly HashSet<(string Owner, IPAddress Address)> _addresses = [];

        public void AddExternal(string target)
        {
            // Some give an address where a name belongs; it is taken for one.
            if (IPAddress.TryParse(target, out var address)) { AddAddress(name, address); }
            else if (DnsName.TryEncode(target, out var encoded)) { _names[name].Add(new DnsRecord(name, DnsType.Cname, Ttl, encoded)); }
        }

        public void AddCluster(V1ServiceSpec spec)
        {
            foreach (var text in spec.ClusterIPs is { Count: > 0 } all ? all : [spec.ClusterIP])
            {
                if (!IPAddress.TryParse(text, out var address)) { continue; }
                AddAddress(name, address);
                _pointers.Add((ReverseName.Of(address), name));
            }

            if (_addresses.Count == 0) { return; }
            foreach (var port in spec.Ports ?? []) { AddPort((port.Name, port.Protocol, port.Port), name); }
        }

        public void AddEndpoints(V1EndpointSlice slice, bool headless, bool publishNotReady)
        {
            foreach (var endpoint in slice.Endpoints ?? [])
            {
                // Unknown readiness counts as ready.
                if (!publishNotReady && endpoint.Conditions?.Ready == false) { continue; }
                foreach (var text in endpoint.Addresses)
                {
                    if (IPAddress.TryParse(text, out var address)) { AddEndpoint(slice, endpoint.Hostname, address, headless); }
                }
            }
        }

        public ServiceRecords? Finish()
        {
            if (_names is { Count: 1 } && _names[name].Count == 0) { return null; }
            foreach (var (owner, targets) in _ports)
            {
                var weight = (ushort)Math.Max(1, 100 / targets.Count);
                var records = Records(owner);
                foreach (var (target, port) in targets) { records.Add(DnsRecord.Service(owner, Ttl, (weight, port, target))); }
            }

            return new ServiceRecords(
                _names.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToArray(), StringComparer.Ordinal),
                [.. _pointers.Select(static pointer => DnsRecord.Pointing(pointer.Reverse, DnsType.Ptr, Ttl, pointer.Target))]);
        }

        private void AddEndpoint(V1EndpointSlice slice, string? hostname, IPAddress address, bool headless)
        {
            var host = hostname is { Length: > 0 } ? hostname.ToLowerInvariant() : address.ToString().Replace('.', '-').Replace(':', '-');
            var target = $"{host}.{name}";
            if (!DnsName.TryEncode(target, out _)) { return; }
            AddAddress(target, address);
            if (headless)
            {
                AddAddress(name, address);
                _pointers.Add((ReverseName.Of(address), target));
            }

            foreach (var port in slice.Ports ?? [])
            {
                if (port.Port is not { } number) { continue; }
                if (headless) { AddPort((port.Name, port.Protocol, number), target); }
                PortsOf(target).Add((target, (ushort)number));
            }
        }

        private void AddPort((string? Name, string? Protocol, int Number) port, string target)
        {
            PortsOf(name).Add((target, (ushort)port.Number));
            if (string.IsNullOrEmpty(port.Name)) { return; }
            var parent = $"_{(port.Protocol ?? "TCP").ToLowerInvariant()}.{name}";
            Records(parent);
            PortsOf($"_{port.Name}.{parent}").Add((target, (ushort)port.Number));
        }

        private void AddAddress(string owner, IPAddress address)
        {
            if (_addresses.Add((owner, address))) { Records(owner).Add(DnsRecord.Address(owner, Ttl, address)); }
        }

        private List<DnsRecord> Records(string owner)
        {
            if (!_names.TryGetValue(owner, out var records)) { _names[owner] = records = []; }
            return records;
        }

        private HashSet<(string Target, ushort Port)> PortsOf(string owner)
        {
            if (!_ports.TryGetValue(owner, out var targets)) { _ports[owner] = targets = []; }
            return targets;
        }
    }
}
