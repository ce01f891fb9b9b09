using Microsoft.Extensions.Options;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns;

/// <summary>Lists every fault of the DNS server's options.</summary>
internal sealed class DnsOptionsValidator : IValidateOptions<DnsOptions>
{
    public ValidateOptionsResult Validate(string? name, DnsOptions options)
    {
        var faults = new List<string>();
        if (options.ClusterDomain.Length == 0 || options.ClusterDomain.EndsWith('.') || !DnsName.TryEncode(options.ClusterDomain, out _))
        {
            faults.Add($"Orch:Dns:ClusterDomain \"{options.ClusterDomain}\" is no domain name; give one without a final dot, such as \"cluster.local\".");
        }

        if (options.NodeName.Length == 0) { faults.Add("Orch:Dns:NodeName must not be empty."); }
        if (options.NodeAddress is { } address && address.AddressFamily != options.ClusterDnsAddress.AddressFamily)
        {
            faults.Add($"Orch:Dns:NodeAddress {address} must be of the family of Orch:Dns:ClusterDnsAddress {options.ClusterDnsAddress}.");
        }

        if (options.Port is < 0 or > 65535) { faults.Add($"Orch:Dns:Port {options.Port} must be 1 to 65535, or 0 for any free one."); }
        if (options.UpstreamTimeout <= TimeSpan.Zero) { faults.Add("Orch:Dns:UpstreamTimeout must be greater than zero."); }
        if (options.MaxForwards < 1) { faults.Add("Orch:Dns:MaxForwards must be at least 1."); }
        if (options.CacheSize < 0) { faults.Add("Orch:Dns:CacheSize must not be negative."); }
        if (options.MaxConnections < 1) { faults.Add("Orch:Dns:MaxConnections must be at least 1."); }
        if (options.IdleTimeout <= TimeSpan.Zero) { faults.Add("Orch:Dns:IdleTimeout must be greater than zero."); }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
