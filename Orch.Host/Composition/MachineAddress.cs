using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Orch.Host.Composition;

/// <summary>Finds the address by which other machines reach this one.</summary>
internal static class MachineAddress
{
    /// <summary>The first IPv4 address of an interface that is up and leads to a gateway, else of any that is up, else loopback.</summary>
    public static IPAddress Find()
    {
        var up = NetworkInterface.GetAllNetworkInterfaces()
            .Where(link => link.OperationalStatus == OperationalStatus.Up && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(link => link.GetIPProperties())
            .OrderByDescending(properties => properties.GatewayAddresses.Count > 0);
        return up.SelectMany(properties => properties.UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
    }
}
