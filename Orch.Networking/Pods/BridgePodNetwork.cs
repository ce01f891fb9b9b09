using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using Microsoft.Extensions.Options;
using Orch.Networking.Tools;

namespace Orch.Networking.Pods;

/// <summary>Pods of a node on one Linux bridge, a veth pair each; what leaves the pods' range takes the node's address.</summary>
/// <remarks>
/// State is the kernel's: links, their aliases, rules. A restarted agent finds everything again from there. A pod has its address alone (/32)
/// and reaches even its neighbours by way of the node, so that the node's connection tracking sees both directions and can turn a service's
/// translated replies back; on a shared segment replies would go around it.
/// </remarks>
internal sealed class BridgePodNetwork : IPodNetwork, IDisposable
{
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly Dictionary<string, SandboxLink> _links = [];
    private readonly PodNetworkOptions _options;
    private readonly HashSet<string> _connected = [];
    private readonly ForwardingRules _rules;
    private readonly HostPortMaps _hostPorts;
    private AddressPool? _pool;

    public BridgePodNetwork(IOptions<PodNetworkOptions> options)
    {
        _options = options.Value;
        Bridge = "ob-" + (_options.Name.Length > 10 ? _options.Name[..10] : _options.Name);
        _rules = new ForwardingRules(Bridge, _options);
        _hostPorts = new HostPortMaps(_rules.Table);
    }

    /// <summary>The bridge's interface name.</summary>
    public string Bridge { get; }

    public async Task SetUpNodeAsync(string podCidr, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_pool?.Cidr == podCidr) { return; }
            var pool = new AddressPool(podCidr);
            RequireFree(pool.Network);
            if ((await HostTool.TryAsync("ip", ["link", "show", "dev", Bridge], null, cancellationToken).ConfigureAwait(false)).ExitCode != 0)
            {
                await HostTool.RunAsync("ip", ["link", "add", Bridge, "type", "bridge"], null, cancellationToken).ConfigureAwait(false);
            }

            // Left to itself, a bridge bears the lowest hardware address among its ports and so changes it as pods come and go. What a pod then sends
            // to the old one is lost until the node speaks to the pod, which an ending pod waits for in vain: its last answers would never arrive.
            var own = (await File.ReadAllTextAsync($"/sys/class/net/{Bridge}/address", cancellationToken).ConfigureAwait(false)).Trim();
            await BatchAsync($"""
                link set {Bridge} address {own}
                addr replace {pool.Gateway}/{pool.Network.PrefixLength} dev {Bridge}
                link set {Bridge} up

                """, cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync("/proc/sys/net/ipv4/ip_forward", "1", cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync($"/proc/sys/net/ipv4/conf/{Bridge}/send_redirects", "0", cancellationToken).ConfigureAwait(false);
            await _rules.ApplyAsync(podCidr, cancellationToken).ConfigureAwait(false);
            await RecoverAsync(pool, cancellationToken).ConfigureAwait(false);
            _pool = pool;
        }
        finally
        {
            _lock.Release();
        }
    }

    public async Task<PodAddress> AttachAsync(PodNetworkRequest request, CancellationToken cancellationToken)
    {
        var (link, pool, state) = await ReserveAsync(request.SandboxId, cancellationToken).ConfigureAwait(false);
        if (state == LinkState.Connected) { return new PodAddress([link.Address], pool.Gateway); }
        try
        {
            if (state == LinkState.New) { await PlugInAsync(link, request, cancellationToken).ConfigureAwait(false); }
            await ConfigureAsync(link, pool, request, cancellationToken).ConfigureAwait(false);
            await _hostPorts.AddAsync(link.Address, request.HostPorts, cancellationToken).ConfigureAwait(false);
            await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
            try { _connected.Add(request.SandboxId); }
            finally { _lock.Release(); }
            return new PodAddress([link.Address], pool.Gateway);
        }
        catch
        {
            await DetachAsync(request.SandboxId, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public async Task DetachAsync(string sandboxId, CancellationToken cancellationToken)
    {
        var name = SandboxLink.InterfaceOf(sandboxId);
        await HostTool.TryAsync("ip", ["link", "del", name], null, cancellationToken).ConfigureAwait(false); // gone already is as good
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _connected.Remove(sandboxId);
            if (!_links.Remove(sandboxId, out var link)) { return; }
            await _hostPorts.RemoveAsync(link.Address, cancellationToken).ConfigureAwait(false);
            _pool?.Free(link.Address);
        }
        finally
        {
            _lock.Release();
        }
    }

    public async Task RetainOnlyAsync(IReadOnlySet<string> sandboxIds, CancellationToken cancellationToken)
    {
        List<string> gone;
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try { gone = [.. _links.Keys.Where(id => !sandboxIds.Contains(id))]; }
        finally { _lock.Release(); }
        foreach (var sandbox in gone) { await DetachAsync(sandbox, cancellationToken).ConfigureAwait(false); }
    }

    public async Task TearDownNodeAsync(CancellationToken cancellationToken)
    {
        await RetainOnlyAsync(new HashSet<string>(), cancellationToken).ConfigureAwait(false);
        await _rules.RemoveAsync(cancellationToken).ConfigureAwait(false);
        await HostTool.TryAsync("ip", ["link", "del", Bridge], null, cancellationToken).ConfigureAwait(false);
        _pool = null;
    }

    public void Dispose() => _lock.Dispose();

    // Two interfaces with one range would both come up, and the older would take the newer's traffic without a word.
    private void RequireFree(IPNetwork range)
    {
        var others = NetworkInterface.GetAllNetworkInterfaces().Where(link => link.Name != Bridge);
        foreach (var (link, unicast) in others.SelectMany(link => link.GetIPProperties().UnicastAddresses.Select(unicast => (link, unicast))))
        {
            if (unicast.Address.AddressFamily != range.BaseAddress.AddressFamily || unicast.PrefixLength is 0 or 32) { continue; }
            if (range.Contains(unicast.Address) || new IPNetwork(Masked(unicast.Address, unicast.PrefixLength), unicast.PrefixLength).Contains(range.BaseAddress))
            {
                throw new InvalidOperationException(
                    $"The pod range {range} overlaps {unicast.Address}/{unicast.PrefixLength} of interface {link.Name}; another network or cluster on this machine uses it. Give this cluster another range.");
            }
        }
    }

    private static IPAddress Masked(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        var value = BinaryPrimitives.ReadUInt32BigEndian(bytes) & (uint.MaxValue << (32 - prefixLength));
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }

    private static Task<string> BatchAsync(string commands, CancellationToken cancellationToken) => HostTool.RunAsync("ip", ["-batch", "-"], commands, cancellationToken);

    private async Task<(SandboxLink Link, AddressPool Pool, LinkState State)> ReserveAsync(string sandboxId, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var pool = _pool ?? throw new InvalidOperationException("The node's pod network is not set up yet; its pod range is not known.");
            if (_links.TryGetValue(sandboxId, out var known)) { return (known, pool, _connected.Contains(sandboxId) ? LinkState.Connected : LinkState.Found); }
            var link = new SandboxLink(SandboxLink.InterfaceOf(sandboxId), sandboxId, pool.Take());
            _links[sandboxId] = link;
            return (link, pool, LinkState.New);
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task PlugInAsync(SandboxLink link, PodNetworkRequest request, CancellationToken cancellationToken)
    {
        var mtu = _options.Mtu > 0 ? string.Create(CultureInfo.InvariantCulture, $" mtu {_options.Mtu}") : string.Empty;
        var host = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"link add {link.Interface}{mtu} type veth peer name eth0{mtu} netns {request.NetworkNamespacePath}\n")
            .Append(CultureInfo.InvariantCulture, $"link set {link.Interface} alias {link.Alias}\n")
            .Append(CultureInfo.InvariantCulture, $"link set {link.Interface} master {Bridge}\n")
            // Where bridged packets pass through the address translation too, one that leads back to the same pod leaves by the port it came from.
            .Append(CultureInfo.InvariantCulture, $"link set {link.Interface} type bridge_slave hairpin on\n")
            .Append(CultureInfo.InvariantCulture, $"link set {link.Interface} up\n");
        await BatchAsync(host.ToString(), cancellationToken).ConfigureAwait(false);
    }

    // An agent that ended halfway left a link whose pod knows nothing of it yet, so this may come a second time.
    private static async Task ConfigureAsync(SandboxLink link, AddressPool pool, PodNetworkRequest request, CancellationToken cancellationToken)
    {
        var pod = $"""
            link set lo up
            addr replace {link.Address}/32 dev eth0
            link set eth0 up
            route replace {pool.Gateway} dev eth0 scope link
            route replace default via {pool.Gateway}

            """;
        await HostTool.RunAsync("nsenter", [$"--net={request.NetworkNamespacePath}", "ip", "-batch", "-"], pod, cancellationToken).ConfigureAwait(false);
    }

    private async Task RecoverAsync(AddressPool pool, CancellationToken cancellationToken)
    {
        _links.Clear();
        _connected.Clear();
        var json = await HostTool.RunAsync("ip", ["-json", "link", "show", "master", Bridge], null, cancellationToken).ConfigureAwait(false);
        foreach (var link in SandboxLink.Parse(json))
        {
            if (pool.Take(link.Address)) { _links[link.SandboxId] = link; }
        }

        await _hostPorts.RecoverAsync(_links.Values.Select(static link => link.Address).ToHashSet(), cancellationToken).ConfigureAwait(false);
    }

    private enum LinkState
    {
        /// <summary>Not there yet.</summary>
        New,

        /// <summary>Made by an earlier agent, perhaps not to the end.</summary>
        Found,

        /// <summary>By this one.</summary>
        Connected,
    }
}
