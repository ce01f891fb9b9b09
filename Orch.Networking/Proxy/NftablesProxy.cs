using Orch.Networking.Tools;

namespace Orch.Networking.Proxy;

/// <summary>Forwards by nftables: destination translation from maps, one transaction a change.</summary>
/// <param name="tableName">The table, which is the backend's own.</param>
/// <param name="prefix">Comes before each tool, such as <c>ip netns exec NAME</c>; null for none.</param>
internal sealed class NftablesProxy(string tableName, string[]? prefix = null) : IProxyBackend
{
    private readonly NftablesTable _table = new(tableName);
    private bool _isLoaded;

    public string Name => "nftables";

    public async Task ApplyAsync(
        IReadOnlyDictionary<ServicePortKey, ServicePortRoute> desired, ServiceRoutesDelta? delta, CancellationToken cancellationToken)
    {
        var isChange = _isLoaded && delta is not null;
        var commands = isChange ? _table.Change(delta!) : _table.Load(desired.Values);
        if (commands.Length == 0) { return; }
        _isLoaded = false; // until it is known to have happened, the next call loads everything
        await NftAsync(["-f", "-"], commands, cancellationToken).ConfigureAwait(false);
        _isLoaded = true;
        if (isChange) { await ForgetFlowsAsync(delta!, cancellationToken).ConfigureAwait(false); }
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        _isLoaded = false;
        await NftAsync(["-f", "-"], $"table ip {tableName}\ndelete table ip {tableName}\n", cancellationToken).ConfigureAwait(false);
    }

    // A datagram "connection" has no end: tracked flows would go on to an endpoint that is no more, or stay refused.
    private async Task ForgetFlowsAsync(ServiceRoutesDelta delta, CancellationToken cancellationToken)
    {
        var changes = delta.Removed.Select(route => (Old: (ServicePortRoute?)route, New: (ServicePortRoute?)null))
            .Concat(delta.Changed.Select(change => (change.Old, New: (ServicePortRoute?)change.New)));
        foreach (var (old, now) in changes)
        {
            if ((old ?? now)!.Key.Protocol != "UDP") { continue; }
            var gone = (old?.Endpoints ?? []).Except(now?.Endpoints ?? []).ToList();
            foreach (var address in (old ?? now)!.Addresses)
            {
                foreach (var endpoint in gone)
                {
                    await ConntrackAsync(["-D", "-p", "udp", "--orig-dst", address.ToString(), "--reply-src", endpoint.Address.ToString()], cancellationToken).ConfigureAwait(false);
                }

                if (old is null or { Endpoints.Count: 0 } && now is { Endpoints.Count: > 0 })
                {
                    await ConntrackAsync(["-D", "-p", "udp", "--orig-dst", address.ToString()], cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task ConntrackAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (tool, all) = Prefixed("conntrack", arguments);
        try { await HostTool.TryAsync(tool, all, null, cancellationToken).ConfigureAwait(false); }
        catch (HostToolException)
        {
            // Without the tool, old datagram flows end by themselves after their half minute.
        }
    }

    private Task<string> NftAsync(string[] arguments, string input, CancellationToken cancellationToken)
    {
        var (tool, all) = Prefixed("nft", arguments);
        return HostTool.RunAsync(tool, all, input, cancellationToken);
    }

    private (string Tool, string[] Arguments) Prefixed(string tool, string[] arguments)
        => prefix is null ? (tool, arguments) : (prefix[0], [.. prefix[1..], tool, .. arguments]);
}
