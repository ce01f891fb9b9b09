using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Orch.Networking.Dns;

/// <summary>Answers questions on connections, one after the other on each.</summary>
internal sealed class TcpServer(Socket listener, Responder responder, DnsOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<Task, bool> _connections = new();

    /// <summary>Runs until asked to stop; then no connection is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
                if (_connections.Count >= options.MaxConnections) { socket.Dispose(); }
                else { Track(Task.Run(() => ServeAsync(socket, cancellationToken), CancellationToken.None)); }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (SocketException)
            {
                // The client went away before it was let in.
            }
        }

        await Task.WhenAll(_connections.Keys).ConfigureAwait(false);
    }

    private void Track(Task connection)
    {
        _connections[connection] = true;
        _ = connection.ContinueWith(done => _connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            while (await ReadAsync(stream, cancellationToken).ConfigureAwait(false) is { } question)
            {
                if (await responder.RespondAsync(question, udp: false, cancellationToken).ConfigureAwait(false) is not { } answer) { return; }
                byte[] framed = [(byte)(answer.Length >> 8), (byte)answer.Length, .. answer];
                using var limit = Limit(cancellationToken, out var either);
                using (either) { await stream.WriteAsync(framed, either.Token).ConfigureAwait(false); }
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or IOException)
        {
            // The client is gone, or was silent for too long, or we stop: closing is all that is left in each case.
        }
    }

    private async Task<byte[]?> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var limit = Limit(cancellationToken, out var either);
        using var _ = either;
        var size = new byte[2];
        if (await stream.ReadAtLeastAsync(size, size.Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false) < size.Length) { return null; }
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
        await stream.ReadExactlyAsync(message, either.Token).ConfigureAwait(false);
        return message;
    }

    private CancellationTokenSource Limit(CancellationToken cancellationToken, out CancellationTokenSource either)
    {
        var limit = new CancellationTokenSource(options.IdleTimeout, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return limit;
    }
}
