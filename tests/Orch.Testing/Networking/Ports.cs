using System.Net;
using System.Net.Sockets;

namespace Orch.Testing.Networking;

/// <summary>Ports of the loopback for tests that must know a number beforehand.</summary>
public static class Ports
{
    // Below what kernels give to whoever asks for any port, and to connections that go out: no one else comes upon these numbers, even while nobody listens.
    private const int First = 20000;
    private const int Last = 29999;
    private static int _next = Random.Shared.Next(Last - First);

    /// <summary>A number that is free now, and that neither a listener on any port nor a connection that goes out is given later.</summary>
    /// <remarks>For a program that is told its port, perhaps more than once. What can listen on port 0 and be asked should do that.</remarks>
    public static int Reserve()
    {
        for (var tries = First; tries <= Last; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % (Last - First + 1));
            if (IsFree(port)) { return port; }
        }

        throw new InvalidOperationException($"no port from {First} to {Last} is free");
    }

    /// <summary>A port that refuses connections as long as the socket is open: it is taken, but nobody listens.</summary>
    public static Socket Dead(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Any, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
