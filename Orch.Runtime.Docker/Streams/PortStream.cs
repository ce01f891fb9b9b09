using System.Net.Sockets;

namespace Orch.Runtime.Docker.Streams;

/// <summary>A connection to a port of a pod.</summary>
internal sealed class PortStream(Socket socket) : NetworkStream(socket, ownsSocket: true), IHalfClosable
{
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The application closed first.
        }

        return ValueTask.CompletedTask;
    }
}
