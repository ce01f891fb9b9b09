using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Proxying;

/// <summary>Where proxies may lead: to no address that means something else to this server than to the one who told it.</summary>
/// <remarks>
/// Addresses of pods and nodes are told by nodes, those of services by whoever may write endpoints. Link-local ones would reach a cloud's
/// metadata, loopback ones this server's own neighbours; the latter are for a server that listens on the loopback itself, whose cluster is there.
/// </remarks>
internal sealed class ProxyTargets(IOptions<ApiServerOptions> options)
{
    private readonly bool _allowsLoopback = IPAddress.TryParse(options.Value.BindAddress, out var bound) && IPAddress.IsLoopback(bound);

    /// <summary>Completes when a proxy may lead there. Names are looked up; all that they mean must do.</summary>
    /// <exception cref="Client.ApiException">400: it may not.</exception>
    public async ValueTask RequireAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address)) { Require(address); return; }
        IPAddress[] all;
        try { all = Uri.CheckHostName(host) == UriHostNameType.Dns ? await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false) : []; }
        catch (SocketException) { all = []; }
        if (all.Length == 0) { throw ApiErrors.BadRequest("no addresses for hostname"); }
        foreach (var one in all) { Require(one); }
    }

    private void Require(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) { address = address.MapToIPv4(); }
        if (!IsAllowed(address)) { throw ApiErrors.BadRequest("address not allowed"); }
    }

    private bool IsAllowed(IPAddress address)
    {
        if (IPAddress.IsLoopback(address)) { return _allowsLoopback; }
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)) { return false; }
        if (address.AddressFamily == AddressFamily.InterNetworkV6) { return !address.IsIPv6LinkLocal && !address.IsIPv6Multicast; }
        var bytes = address.GetAddressBytes();
        return !(bytes[0] == 169 && bytes[1] == 254) && bytes[0] is < 224 or > 239 && bytes[0] != 0;
    }
}
