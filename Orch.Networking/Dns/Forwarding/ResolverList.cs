using System.Net;
using System.Net.Sockets;

namespace Orch.Networking.Dns.Forwarding;

/// <summary>Who is asked for other names.</summary>
internal static class ResolverList
{
    private const int DnsPort = 53;

    /// <summary>The name servers of a <c>resolv.conf</c>.</summary>
    public static IReadOnlyList<IPEndPoint> Parse(IEnumerable<string> lines)
    {
        var resolvers = new List<IPEndPoint>();
        foreach (var line in lines)
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == "nameserver" && IPAddress.TryParse(words[1], out var address)) { resolvers.Add(new IPEndPoint(address, DnsPort)); }
        }

        return resolvers;
    }

    /// <summary>Without those that would ask us again: ourselves, and the address that pods reach us by.</summary>
    public static IReadOnlyList<IPEndPoint> WithoutLoops(IEnumerable<IPEndPoint> resolvers, IPEndPoint self, IPAddress service) => [.. resolvers.Where(resolver =>
        !(resolver.Address.Equals(service) && resolver.Port == DnsPort)
        && !(resolver.Port == self.Port && (resolver.Address.Equals(self.Address) || IsAny(resolver.Address) || (IsAny(self.Address) && IPAddress.IsLoopback(resolver.Address))))).Distinct()];

    private static bool IsAny(IPAddress address)
        => address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);
}
