using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orch.Networking.Dns.Zone;

/// <summary>The name that an address is looked up by (RFC 1035 3.5, RFC 3596 2.5).</summary>
internal static class ReverseName
{
    public static string Of(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var text = new StringBuilder(74);
        for (var at = bytes.Length - 1; at >= 0; at--)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork) { text.Append(CultureInfo.InvariantCulture, $"{bytes[at]}."); }
            else { text.Append(CultureInfo.InvariantCulture, $"{bytes[at] & 0xF:x}.{bytes[at] >> 4:x}."); }
        }

        return text.Append(address.AddressFamily == AddressFamily.InterNetwork ? "in-addr.arpa" : "ip6.arpa").ToString();
    }
}
