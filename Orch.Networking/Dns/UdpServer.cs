using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Orch.Networking.Dns;

/// <summary>Answers datagrams.</summary>
/// <remarks>The cluster's names are answered where they are received; others go on apart, no more than the forwarder lets in.</remarks>
internal sealed class UdpServer(Socket socket, Responder responder)
{
    private readonly ConcurrentDictionary<Task, bool> _waiting = new();

    /// <summary>Runs until asked to stop; then nothing of it is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loops = Enumerable.Range(0, Math.Clamp(Environment.ProcessorCount, 2, 8));
        await Task.WhenAll(loops.Select(_ => Task.Run(() => ReceiveAsync(cancellationToken), CancellationToken.None))).ConfigureAwait(false);
        await Task.WhenAll(_waiting.Keys).ConfigureAwait(false);
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[ushort.MaxValue];
        var anyone = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, anyone, cancellationToken).ConfigureAwait(false);
                var answer = responder.RespondAsync(buffer.AsSpan(0, received.ReceivedBytes), udp: true, cancellationToken);
                if (answer.IsCompleted) { await SendAsync(answer, received.RemoteEndPoint, cancellationToken).ConfigureAwait(false); }
                else { Track(SendAsync(answer, received.RemoteEndPoint, cancellationToken)); }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // One client's port was closed, or its datagram was too long: the next ones are unharmed.
            }
        }
    }

    private void Track(Task sending)
    {
        _waiting[sending] = true;
        _ = sending.ContinueWith(done => _waiting.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task SendAsync(ValueTask<byte[]?> answer, EndPoint client, CancellationToken cancellationToken)
    {
        try
        {
            if (await answer.ConfigureAwait(false) is { } message) { await socket.SendToAsync(message, SocketFlags.None, client, cancellationToken).ConfigureAwait(false); }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: the client asks another server.
        }
        catch (SocketException)
        {
            // As if the answer had been lost on the way.
        }
    }
}
