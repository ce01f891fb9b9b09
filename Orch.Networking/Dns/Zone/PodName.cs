using System.Net;
using System.Net.Sockets;

namespace Orch.Networking.Dns.Zone;

/// <summary>Names of pods that are their addresses with dashes.</summary>
internal static class PodName
{
    /// <summary>The address in <c>10-244-0-7</c> or <c>fd00--7</c>; null for anything else.</summary>
    public static IPAddress? Address(string label)
    {
        var isV4 = label.Count(static letter => letter == '-') == 3 && !label.Contains("--", StringComparison.Ordinal);
        var wanted = isV4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return IPAddress.TryParse(label.Replace('-', isV4 ? '.' : ':'), out var address) && address.AddressFamily == wanted ? address : null;
    }
}
