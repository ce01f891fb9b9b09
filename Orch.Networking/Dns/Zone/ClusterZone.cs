using System.Collections.Concurrent;
using System.Net;
using Orch.Networking.Dns.Wire;
using Orch.Resources;

namespace Orch.Networking.Dns.Zone;

/// <summary>The cluster's names, each found by one look.</summary>
/// <remarks>Read from any thread, without locks; changed by one at a time. What changes of a service is seen name by name.</remarks>
internal sealed class ClusterZone
{
    private const string Version = "1.1.0";
    private readonly ConcurrentDictionary<string, DnsRecord[]> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Pointer[]> _pointers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectKey, ServiceRecords> _services = [];
    private readonly string _domain;
    private readonly string _suffix;
    private readonly string _podSuffix;
    private readonly TimeProvider _time;
    private volatile DnsRecord _authority;
    private uint _turn;

    /// <param name="domain">Such as <c>cluster.local</c>.</param>
    /// <param name="server">Where pods ask.</param>
    public ClusterZone(string domain, IPAddress server, TimeProvider time)
    {
        _domain = domain.ToLowerInvariant();
        _suffix = "." + _domain;
        Services = "svc" + _suffix;
        _podSuffix = ".pod" + _suffix;
        _time = time;
        _authority = Authority();
        var ns = "ns.dns" + _suffix;
        _names[ns] = [DnsRecord.Address(ns, ServiceRecords.Ttl, server)];
        _names["dns-version" + _suffix] = [DnsRecord.Text("dns-version" + _suffix, ServiceRecords.Ttl, Version)];
        _names["dns" + _suffix] = _names["pod" + _suffix] = _names[Services] = [];
    }

    /// <summary>The parent of services' namespaces.</summary>
    public string Services { get; }

    /// <summary>Sets what a service gives rise to; null when it is gone or has nothing.</summary>
    public void Replace(ObjectKey service, ServiceRecords? records)
    {
        var before = _services.GetValueOrDefault(service);
        if (before is null && records is null) { return; }
        foreach (var (name, values) in records?.Names ?? new Dictionary<string, DnsRecord[]>()) { _names[name] = values; }
        foreach (var name in before?.Names.Keys ?? [])
        {
            if (records?.Names.ContainsKey(name) != true) { _names.TryRemove(name, out _); }
        }

        foreach (var group in (records?.Pointers ?? []).GroupBy(static record => record.Name))
        {
            var own = group.Select(record => new Pointer(service, record));
            _pointers[group.Key] = [.. _pointers.GetValueOrDefault(group.Key, []).Where(pointer => pointer.Service != service), .. own];
        }

        RemovePointers(service, (before?.Pointers ?? []).Select(static record => record.Name).Except((records?.Pointers ?? []).Select(static record => record.Name)));
        if (records is null) { _services.Remove(service); }
        else { _services[service] = records; }
        _authority = Authority();
    }

    public void AddNamespace(string name) => _namespaces[name] = true;

    public void RemoveNamespace(string name) => _namespaces.TryRemove(name, out _);

    /// <summary>The answer; null for a name of somebody else's. An alias is not followed.</summary>
    /// <param name="name">In lower case, without a final dot.</param>
    public DnsReply? Answer(string name, DnsType type)
    {
        if (_pointers.TryGetValue(name, out var pointers)) { return Answer([.. pointers.Select(static pointer => pointer.Record)], type); }
        if (name == _domain) { return Answer([_authority, DnsRecord.Pointing(_domain, DnsType.Ns, ServiceRecords.Ttl, "ns.dns" + _suffix)], type); }
        if (!name.EndsWith(_suffix, StringComparison.Ordinal)) { return null; }
        if (_names.TryGetValue(name, out var records)) { return Answer(records, type); }
        if (IsNamespace(name, "." + Services) || IsNamespace(name, _podSuffix)) { return Answer([], type); }
        return PodAddress(name) is { } address ? Answer([DnsRecord.Address(name, ServiceRecords.Ttl, address)], type) : Negative(DnsCode.NoSuchName);
    }

    private DnsReply Answer(DnsRecord[] records, DnsType type)
    {
        DnsRecord[] matching = type == DnsType.Any ? records : Array.FindAll(records, record => record.Type == type);
        if (matching.Length == 0) { matching = Array.FindAll(records, static record => record.Type == DnsType.Cname); }
        if (matching.Length == 0) { return Negative(DnsCode.Ok); }
        return new DnsReply(DnsCode.Ok)
        {
            IsAuthoritative = true,
            Answers = type is DnsType.A or DnsType.Aaaa && matching.Length > 1 ? Turned(matching) : matching,
            Additional = type is DnsType.Srv or DnsType.Ns ? AddressesOfTargets(matching) : [],
        };
    }

    /// <summary>Clients take the first address: each in turn is first.</summary>
    private DnsRecord[] Turned(DnsRecord[] records)
    {
        var first = (int)(Interlocked.Increment(ref _turn) % (uint)records.Length);
        return [.. records[first..], .. records[..first]];
    }

    private List<DnsRecord> AddressesOfTargets(DnsRecord[] records)
    {
        var addresses = new List<DnsRecord>();
        foreach (var target in records.Select(static record => record.Target()).Distinct())
        {
            if (target is null || !_names.TryGetValue(target, out var found)) { continue; }
            addresses.AddRange(found.Where(static record => record.Type is DnsType.A or DnsType.Aaaa));
        }

        return addresses;
    }

    private DnsReply Negative(DnsCode code) => new(code) { IsAuthoritative = true, Authority = [_authority] };

    private bool IsNamespace(string name, string suffix)
        => name.EndsWith(suffix, StringComparison.Ordinal) && _namespaces.ContainsKey(name[..^suffix.Length]);

    private IPAddress? PodAddress(string name)
    {
        if (!name.EndsWith(_podSuffix, StringComparison.Ordinal)) { return null; }
        var labels = name[..^_podSuffix.Length].Split('.');
        return labels.Length == 2 && _namespaces.ContainsKey(labels[1]) ? PodName.Address(labels[0]) : null;
    }

    private void RemovePointers(ObjectKey service, IEnumerable<string> reverseNames)
    {
        foreach (var name in reverseNames)
        {
            if (!_pointers.TryGetValue(name, out var pointers)) { continue; }
            var left = Array.FindAll(pointers, pointer => pointer.Service != service);
            if (left.Length == 0) { _pointers.TryRemove(name, out _); }
            else { _pointers[name] = left; }
        }
    }

    private DnsRecord Authority()
        => DnsRecord.Authority(_domain, ServiceRecords.Ttl, ("ns.dns" + _suffix, "hostmaster" + _suffix, (uint)_time.GetUtcNow().ToUnixTimeSeconds()));

    private readonly record struct Pointer(ObjectKey Service, DnsRecord Record);
}
