using k8s.Models;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Dns;

/// <summary>A <c>resolv.conf</c>.</summary>
internal sealed record ResolverConfig(IReadOnlyList<string> Servers, IReadOnlyList<string> Searches, IReadOnlyList<string> Options)
{
    private const int MaxServers = 3;
    private const int MaxSearches = 32;
    private const int MaxSearchCharacters = 2048;

    public static ResolverConfig Empty { get; } = new([], [], []);

    /// <summary>Reads the node's own; unknown lines are left out.</summary>
    public static ResolverConfig Parse(string text)
    {
        var servers = new List<string>();
        IReadOnlyList<string> searches = [];
        IReadOnlyList<string> options = [];
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 && !(fields.Length == 1 && fields[0] == "search")) { continue; }
            switch (fields[0])
            {
                case "nameserver": servers.Add(fields[1]); break;
                case "search": searches = [.. fields.Skip(1).Where(static f => f != ".").Select(static f => f.TrimEnd('.'))]; break;
                case "options": options = fields[1..]; break;
            }
        }

        return new ResolverConfig(servers, searches, options);
    }

    /// <summary>What a pod gets by its DNS policy and its own additions.</summary>
    public static ResolverConfig For(V1Pod pod, ResolverConfig node, IReadOnlyCollection<string> clusterDns, string clusterDomain)
    {
        var policy = pod.Spec.DnsPolicy ?? "ClusterFirst";
        // On the node's network ClusterFirst is the node's own, unless the pod insists.
        var wantsCluster = policy == "ClusterFirstWithHostNet" || (policy == "ClusterFirst" && !pod.IsHostNetwork());
        var config = policy == "None" ? Empty
            : wantsCluster && clusterDns.Count > 0 ? ForCluster(pod, node, clusterDns, clusterDomain)
            : node;
        return (pod.Spec.DnsConfig is { } extra ? config.With(extra) : config).Limited();
    }

    public string Format()
    {
        var lines = new List<string>();
        if (Searches.Count > 0) { lines.Add("search " + string.Join(' ', Searches)); }
        lines.AddRange(Servers.Select(static s => "nameserver " + s));
        if (Options.Count > 0) { lines.Add("options " + string.Join(' ', Options)); }
        return lines.Count == 0 ? string.Empty : string.Join('\n', lines) + "\n";
    }

    private static ResolverConfig ForCluster(V1Pod pod, ResolverConfig node, IReadOnlyCollection<string> clusterDns, string clusterDomain)
    {
        var searches = clusterDomain.Length == 0
            ? []
            : new List<string> { $"{pod.Metadata.NamespaceProperty}.svc.{clusterDomain}", $"svc.{clusterDomain}", clusterDomain };
        return new ResolverConfig([.. clusterDns], [.. searches.Concat(node.Searches).Distinct()], ["ndots:5"]);
    }

    private ResolverConfig With(V1PodDNSConfig extra)
    {
        var options = Options.ToList();
        foreach (var option in extra.Options ?? [])
        {
            var text = string.IsNullOrEmpty(option.Value) ? option.Name : $"{option.Name}:{option.Value}";
            var at = options.FindIndex(o => o.Split(':', 2)[0] == option.Name);
            if (at >= 0) { options[at] = text; }
            else { options.Add(text); }
        }

        return new ResolverConfig(
            [.. Servers.Concat(extra.Nameservers ?? []).Distinct()],
            [.. Searches.Concat(extra.Searches ?? []).Distinct()],
            options);
    }

    private ResolverConfig Limited()
    {
        var searches = new List<string>();
        var characters = 0;
        foreach (var search in Searches.Take(MaxSearches))
        {
            characters += search.Length + 1;
            if (characters > MaxSearchCharacters) { break; }
            searches.Add(search);
        }

        return this with { Servers = [.. Servers.Take(MaxServers)], Searches = searches };
    }
}
