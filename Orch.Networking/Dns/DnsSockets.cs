using System.Net;
using System.Net.Sockets;

namespace Orch.Networking.Dns;

/// <summary>A UDP and a TCP socket on one address and port.</summary>
internal sealed class DnsSockets : IDisposable
{
    private const int Attempts = 32;

    private DnsSockets(Socket udp, Socket tcp)
    {
        Udp = udp;
        Tcp = tcp;
    }

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Udp.LocalEndPoint!;

    /// <summary>Listens; a port of 0 becomes one that is free in both.</summary>
    /// <exception cref="SocketException">The address is not this machine's, or the port is taken.</exception>
    public static DnsSockets Bind(IPAddress address, int port)
    {
        for (var attempt = 1; ; attempt++)
        {
            // As large as the kernel grants, so that a burst is not lost.
            var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 1 << 20 };
            var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                udp.Bind(new IPEndPoint(address, port));
                tcp.Bind(udp.LocalEndPoint!);
                tcp.Listen(128);
                return new DnsSockets(udp, tcp);
            }
            catch (SocketException) when (port == 0 && attempt < Attempts)
            {
                // The number that was free for one was taken for the other.
                udp.Dispose();
                tcp.Dispose();
            }
            catch (SocketException)
            {
                udp.Dispose();
                tcp.Dispose();
                throw;
            }
        }
    }

    /// <summary>The address that the default route goes out from; null without one. Nothing is sent.</summary>
    public static IPAddress? DefaultAddress(AddressFamily family)
    {
        using var probe = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Connect(family == AddressFamily.InterNetwork ? IPAddress.Parse("192.0.2.1") : IPAddress.Parse("2001:db8::1"), 53);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
    }
}
