using System.Globalization;

namespace Orch.Networking.Proxy;

/// <summary>Which road a connection came by.</summary>
internal enum PickKind
{
    /// <summary>To an address of the service.</summary>
    Service,

    /// <summary>To a node port; the node answers for the client, so that the reply comes back through it.</summary>
    NodePort,

    /// <summary>To a node port, with endpoints on this node alone; the client's address stays.</summary>
    NodePortLocal,
}

/// <summary>Chains that pick one of so many endpoints; all services with as many share one.</summary>
internal static class PickChains
{
    public static string NameOf(PickKind kind, int count, TimeSpan? affinity)
    {
        var prefix = kind switch { PickKind.Service => "pick", PickKind.NodePort => "node_pick", _ => "local_pick" };
        return affinity is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"{prefix}_{count}_for_{(int)time.TotalSeconds}")
            : string.Create(CultureInfo.InvariantCulture, $"{prefix}_{count}");
    }

    /// <summary>The chain's rules.</summary>
    public static string Rules(PickKind kind, int count, TimeSpan? affinity)
    {
        var (map, key) = kind == PickKind.Service ? ("endpoints", "ip daddr . meta l4proto . th dport") : ("node_endpoints", "meta l4proto . th dport");
        var masquerade = kind == PickKind.NodePort ? $"    ct mark set ct mark or {NftablesTable.MasqueradeMark}\n" : string.Empty;
        var translate = $"dnat ip to {key} . meta mark map @{map}";
        var pick = string.Create(CultureInfo.InvariantCulture, $"meta mark set numgen random mod {count}");
        // A change between the draw and the look-up may have taken the slot: untranslated, the connection would be lost for as long as it tries. The first slot goes last.
        var first = $"    meta mark set 0 {translate}\n";
        if (affinity is not { } time) { return $"{masquerade}    {pick} {translate}\n{first}"; }

        // A remembered slot that is no more has no element: the first rule then breaks off, and the second picks anew.
        const string Client = "ip saddr . ip daddr . meta l4proto . th dport";
        var remember = string.Create(CultureInfo.InvariantCulture, $"update @affinity {{ {Client} timeout {(int)time.TotalSeconds}s : meta mark }}");
        return $"{masquerade}    meta mark set {Client} map @affinity {remember} {translate}\n    {pick} {remember} {translate}\n{first}";
    }
}
