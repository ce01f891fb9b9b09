using System.Globalization;
using System.Text;

namespace Orch.Networking.Proxy;

/// <summary>Writes the nftables commands for the proxy's table. Pure but for remembering which chains exist.</summary>
/// <remarks>
/// Services and endpoints are elements of maps: an endpoint stands in a numbered slot of its service, and a connection draws a number. A change
/// touches the elements of that service alone, and a packet is looked up in constant time however many services there are. See docs/internals/networking.md.
/// </remarks>
internal sealed class NftablesTable(string name)
{
    public const string MasqueradeMark = "0x4000";
    private readonly HashSet<string> _chains = [];
    private readonly Dictionary<string, int> _hairpins = [];

    /// <summary>Replaces the whole table in one transaction.</summary>
    public string Load(IEnumerable<ServicePortRoute> routes)
    {
        _chains.Clear();
        _hairpins.Clear();
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"table ip {name}\ndelete table ip {name}\n")
            .Append(CultureInfo.InvariantCulture, $$"""
                table ip {{name}} {
                  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
                  map endpoints { type ipv4_addr . inet_proto . inet_service . mark : ipv4_addr . inet_service; }
                  map nodeports { type inet_proto . inet_service : verdict; }
                  map node_endpoints { type inet_proto . inet_service . mark : ipv4_addr . inet_service; }
                  map affinity { type ipv4_addr . ipv4_addr . inet_proto . inet_service : mark; size 65536; flags dynamic,timeout; timeout 3h; }
                  set hairpin { type ipv4_addr . ipv4_addr; }
                  set no_endpoints { type ipv4_addr . inet_proto . inet_service; }
                  chain route {
                    ip daddr . meta l4proto . th dport vmap @services
                    fib daddr type local meta l4proto . th dport vmap @nodeports
                  }
                  chain prerouting { type nat hook prerouting priority dstnat; jump route; }
                  chain output { type nat hook output priority -100; jump route; }
                  chain postrouting {
                    type nat hook postrouting priority srcnat - 1;
                    ct status dnat ip saddr . ip daddr @hairpin masquerade
                    ct mark and {{MasqueradeMark}} == {{MasqueradeMark}} masquerade
                  }
                  chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                  chain refuse_forwarded { type filter hook prerouting priority -110; ip daddr . meta l4proto . th dport @no_endpoints jump refuse; }
                  chain refuse_own { type filter hook output priority -110; ip daddr . meta l4proto . th dport @no_endpoints jump refuse; }
                }

                """);
        Append(text, [], [.. routes.Select(route => ((ServicePortRoute?)null, route))]);
        return text.ToString();
    }

    /// <summary>Changes just what differs, in one transaction; empty when nothing does.</summary>
    public string Change(ServiceRoutesDelta delta)
    {
        var text = new StringBuilder();
        Append(text, delta.Removed, delta.Changed);
        return text.ToString();
    }

    private void Append(StringBuilder text, IReadOnlyList<ServicePortRoute> removed, IReadOnlyList<(ServicePortRoute? Old, ServicePortRoute New)> changed)
    {
        var delete = new Dictionary<string, List<string>>();
        var add = new Dictionary<string, List<string>>();
        foreach (var (_, route) in changed) { AddChains(text, route); }
        foreach (var route in removed) { Differ(route, null, delete, add); }
        foreach (var (old, route) in changed) { Differ(old, route, delete, add); }
        Write(text, "delete", delete);
        Write(text, "add", add);
    }

    private void AddChains(StringBuilder text, ServicePortRoute route)
    {
        foreach (var (kind, count, affinity) in NftElements.ChainsOf(route))
        {
            var chain = PickChains.NameOf(kind, count, affinity);
            if (_chains.Add(chain)) { text.Append(CultureInfo.InvariantCulture, $"table ip {name} {{\n  chain {chain} {{\n{PickChains.Rules(kind, count, affinity)}  }}\n}}\n"); }
        }
    }

    private void Differ(ServicePortRoute? old, ServicePortRoute? route, Dictionary<string, List<string>> delete, Dictionary<string, List<string>> add)
    {
        var before = NftElements.Of(old).ToHashSet();
        var after = NftElements.Of(route).ToHashSet();
        foreach (var element in before)
        {
            if (!after.Contains(element)) { Put(delete, element.Map, element.Key); }
        }

        foreach (var element in after)
        {
            if (!before.Contains(element)) { Put(add, element.Map, element.Value.Length == 0 ? element.Key : $"{element.Key} : {element.Value}"); }
        }

        CountHairpins(old, -1, delete, add);
        CountHairpins(route, 1, delete, add);
    }

    // An endpoint that reaches itself through its service must see the node as the client, or it would answer itself directly.
    private void CountHairpins(ServicePortRoute? route, int sign, Dictionary<string, List<string>> delete, Dictionary<string, List<string>> add)
    {
        foreach (var address in (route?.Endpoints ?? []).Concat(route?.NodePortEndpoints ?? []).Select(endpoint => endpoint.Address.ToString()))
        {
            var key = $"{address} . {address}";
            var count = _hairpins.GetValueOrDefault(key) + sign;
            if (count == 0) { _hairpins.Remove(key); }
            else { _hairpins[key] = count; }
            if (count == 0 && sign < 0) { Toggle(key, delete, add); }
            else if (count == 1 && sign > 0) { Toggle(key, add, delete); }
        }
    }

    private static void Toggle(string key, Dictionary<string, List<string>> into, Dictionary<string, List<string>> outOf)
    {
        if (outOf.TryGetValue("hairpin", out var list) && list.Remove(key)) { return; }
        Put(into, "hairpin", key);
    }

    private static void Put(Dictionary<string, List<string>> elements, string map, string element)
    {
        if (!elements.TryGetValue(map, out var list)) { elements[map] = list = []; }
        list.Add(element);
    }

    private void Write(StringBuilder text, string verb, Dictionary<string, List<string>> elements)
    {
        foreach (var (map, list) in elements.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (list.Count == 0) { continue; }
            text.Append(CultureInfo.InvariantCulture, $"{verb} element ip {name} {map} {{ ").AppendJoin(", ", list).Append(" }\n");
        }
    }
}
