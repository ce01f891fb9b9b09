using System.Net.Sockets;

namespace Orch.Runtime.Docker.Tests;

/// <summary>A socket in front of the engine's that can be cut, as when the engine is restarted.</summary>
internal sealed class EngineProxy : IDisposable
{
    private readonly string _target;
    private readonly List<Socket> _open = [];
    private Socket? _listener;

    public EngineProxy(string target)
    {
        _target = target;
        Restore();
    }

    public string SocketPath { get; } = Path.Combine(Path.GetTempPath(), $"orch-{Guid.NewGuid():N}.sock");

    public void Cut()
    {
        lock (_open)
        {
            _listener!.Dispose();
            File.Delete(SocketPath);
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public void Restore()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _ = AcceptAsync(_listener);
    }

    public void Dispose() => Cut();

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptAsync();
                var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await far.ConnectAsync(new UnixDomainSocketEndPoint(_target));
                lock (_open)
                {
                    _open.AddRange([near, far]);
                }

                _ = PumpAsync(near, far);
                _ = PumpAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16384];
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
