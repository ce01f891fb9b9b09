using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Orch.Networking.Tools;

namespace Orch.Networking.Pods;

/// <summary>Leads ports of the node to ports of pods: elements of maps in the pod network's table.</summary>
/// <remarks>
/// Same reach as the portmap plugin's: from outside, from other pods and from the node itself by its addresses, though not by 127.0.0.1.
/// The kernel's maps are the only record; an element's value says which pod it belongs to.
/// </remarks>
internal sealed class HostPortMaps(string table)
{
    private const string Anywhere = "host_ports";
    private const string AtAddress = "host_ports_at";
    private const string Selves = "host_port_pods";

    /// <summary>What the table declares; harmless where it exists already.</summary>
    public const string Declarations = $$"""
          map {{Anywhere}} { type inet_proto . inet_service : ipv4_addr . inet_service; }
          map {{AtAddress}} { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
          set {{Selves}} { type ipv4_addr . ipv4_addr; }
          chain host_port { }
          chain prerouting { type nat hook prerouting priority dstnat; policy accept; }
          chain output { type nat hook output priority -100; policy accept; }
        """;

    /// <summary>The rules of those chains, which begin empty.</summary>
    public const string Rules = $$"""
          chain host_port {
            dnat ip to ip daddr . meta l4proto . th dport map @{{AtAddress}}
            fib daddr type local dnat ip to meta l4proto . th dport map @{{Anywhere}}
          }
          chain prerouting { jump host_port; }
          chain output { ip daddr != 127.0.0.0/8 jump host_port; }
        """;

    /// <summary>A pod that reaches itself by way of the node must see the node as the client.</summary>
    public const string SelfRule = $"ct status dnat ip saddr . ip daddr @{Selves} masquerade";

    private readonly Dictionary<IPAddress, List<(string Map, string Key)>> _known = [];

    /// <summary>Leads the ports to a pod; what is there already stays.</summary>
    /// <exception cref="HostToolException">Another pod has one of the ports.</exception>
    public async Task AddAsync(IPAddress pod, IReadOnlyList<HostPortMapping> ports, CancellationToken cancellationToken)
    {
        var elements = new List<(string Map, string Key)>();
        var text = new StringBuilder();
        foreach (var port in ports)
        {
            if (port.HostIP is { AddressFamily: not System.Net.Sockets.AddressFamily.InterNetwork }) { continue; }
            var isAnywhere = port.HostIP is null || port.HostIP.Equals(IPAddress.Any);
            var rest = string.Create(CultureInfo.InvariantCulture, $"{port.Protocol.ToLowerInvariant()} . {port.HostPort}");
            var (map, key) = isAnywhere ? (Anywhere, rest) : (AtAddress, $"{port.HostIP} . {rest}");
            elements.Add((map, key));
            text.Append(CultureInfo.InvariantCulture, $"add element ip {table} {map} {{ {key} : {pod} . {port.ContainerPort} }}\n");
        }

        if (elements.Count == 0) { return; }
        elements.Add((Selves, $"{pod} . {pod}"));
        text.Append(CultureInfo.InvariantCulture, $"add element ip {table} {Selves} {{ {pod} . {pod} }}\n");
        await HostTool.RunAsync("nft", ["-f", "-"], text.ToString(), cancellationToken).ConfigureAwait(false);
        lock (_known) { _known[pod] = elements; }
    }

    /// <summary>Ends what leads to a pod; nothing does for most.</summary>
    public async Task RemoveAsync(IPAddress pod, CancellationToken cancellationToken)
    {
        List<(string Map, string Key)>? elements;
        lock (_known) { _known.Remove(pod, out elements); }
        foreach (var (map, key) in elements ?? [])
        {
            // One by one: what is gone already is as good, and must not keep the others.
            await HostTool.TryAsync("nft", ["delete", "element", "ip", table, map, $"{{ {key} }}"], null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Learns from the kernel what leads to which pod, and ends what leads to none of these.</summary>
    public async Task RecoverAsync(IReadOnlySet<IPAddress> pods, CancellationToken cancellationToken)
    {
        var found = Parse(await HostTool.RunAsync("nft", ["-j", "list", "table", "ip", table], null, cancellationToken).ConfigureAwait(false));
        lock (_known)
        {
            _known.Clear();
            foreach (var (pod, elements) in found) { _known[pod] = elements; }
        }

        foreach (var pod in found.Keys)
        {
            if (!pods.Contains(pod)) { await RemoveAsync(pod, cancellationToken).ConfigureAwait(false); }
        }
    }

    /// <summary>Reads <c>nft -j list table</c>; elements by the pod that they lead to.</summary>
    internal static Dictionary<IPAddress, List<(string Map, string Key)>> Parse(string json)
    {
        var found = new Dictionary<IPAddress, List<(string Map, string Key)>>();
        using var document = JsonDocument.Parse(json);
        foreach (var item in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (!item.TryGetProperty("map", out var map) && !item.TryGetProperty("set", out map)) { continue; }
            if (map.GetProperty("name").GetString() is not (Anywhere or AtAddress or Selves) || !map.TryGetProperty("elem", out var elements)) { continue; }
            foreach (var element in elements.EnumerateArray())
            {
                // An element of a map is [key, value]; one of a set is the key alone, whose parts are the pod's address twice.
                var isMapped = element.ValueKind == JsonValueKind.Array;
                var key = (isMapped ? element[0] : element).GetProperty("concat");
                var target = isMapped ? element[1].GetProperty("concat") : key;
                var pod = IPAddress.Parse(target[0].GetString()!);
                if (!found.TryGetValue(pod, out var list)) { found[pod] = list = []; }
                list.Add((map.GetProperty("name").GetString()!, string.Join(" . ", key.EnumerateArray().Select(static part => part.ToString()))));
            }
        }

        return found;
    }
}
