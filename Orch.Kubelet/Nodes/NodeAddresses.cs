using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Orch.Kubelet.Nodes;

/// <summary>The node's own addresses.</summary>
internal sealed class NodeAddresses(IOptions<KubeletOptions> options)
{
    private IReadOnlyList<string>? _all;

    /// <summary>The primary first.</summary>
    public IReadOnlyList<string> All => _all ??= [(options.Value.NodeAddress ?? Detect()).ToString()];

    // No packet is sent: connecting a UDP socket only asks the routing table which address would be used.
    private static IPAddress Detect()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 9));
            if (socket.LocalEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address)) { return address; }
        }
        catch (SocketException)
        {
            // No default route.
        }

        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(static i => i.OperationalStatus == OperationalStatus.Up && i.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(static i => i.GetIPProperties().UnicastAddresses)
            .Select(static a => a.Address)
            .FirstOrDefault(static a => a.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
    }
}
