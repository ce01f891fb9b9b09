using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orch.Runtime.Docker.Engine;

/// <summary>A connection to the engine that became a raw stream to a process: attach and exec.</summary>
/// <remarks>
/// Spoken here rather than through the client library because the frames must be told from a terminal's raw bytes by what we asked for
/// (older engines announce both alike), and because ending the input means shutting down half of the socket.
/// </remarks>
internal sealed class HijackedConnection : IDisposable
{
    private const int MaxHead = 16 * 1024;
    private readonly Socket _socket;
    private readonly bool _isRaw;
    private ReadOnlyMemory<byte> _early;
    private int _frameLeft;
    private bool _frameIsError;

    private HijackedConnection(Socket socket, bool isRaw, ReadOnlyMemory<byte> early) => (_socket, _isRaw, _early) = (socket, isRaw, early);

    /// <param name="request">What for, in messages; the path with its query, such as <c>/exec/ID/start</c>; a JSON body.</param>
    /// <param name="isRaw">The process has a terminal: its output comes without frames.</param>
    /// <exception cref="RuntimeException">The engine refuses.</exception>
    public static async Task<HijackedConnection> OpenAsync(
        string socketPath, (string What, string Path, string Body) request, bool isRaw, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken).ConfigureAwait(false);
            var head = $"POST {request.Path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {Encoding.UTF8.GetByteCount(request.Body).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{request.Body}";
            await SendAllAsync(socket, Encoding.UTF8.GetBytes(head), cancellationToken).ConfigureAwait(false);
            var early = await ReadHeadAsync(socket, request.What, cancellationToken).ConfigureAwait(false);
            return new HijackedConnection(socket, isRaw, early);
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (e is SocketException or IOException && !cancellationToken.IsCancellationRequested)
            {
                throw new RuntimeException(
                    RuntimeErrorCode.Unavailable, $"{request.What}: the engine at {socketPath} cannot be reached: {e.Message}", e);
            }

            throw;
        }
    }

    /// <summary>The next piece of output.</summary>
    /// <returns>0 bytes at the end.</returns>
    public async ValueTask<(int Count, bool IsError)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_isRaw)
        {
            return (await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false), false);
        }

        while (_frameLeft == 0)
        {
            var header = new byte[8];
            for (var read = 0; read < header.Length;)
            {
                var count = await ReceiveAsync(header.AsMemory(read), cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return (0, false);
                }

                read += count;
            }

            _frameIsError = header[0] == 2;
            _frameLeft = (int)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
        }

        var part = await ReceiveAsync(buffer[..Math.Min(buffer.Length, _frameLeft)], cancellationToken).ConfigureAwait(false);
        _frameLeft -= part;
        return (part, _frameIsError);
    }

    public Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => SendAllAsync(_socket, data, cancellationToken);

    /// <summary>Ends the process's input.</summary>
    public void CloseWrite()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The process ended first.
        }
    }

    public void Dispose() => _socket.Dispose();

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_early.Length > 0)
        {
            var count = Math.Min(_early.Length, buffer.Length);
            _early[..count].CopyTo(buffer);
            _early = _early[count..];
            return count;
        }

        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return 0; // The engine is gone; the next call to it says so.
        }
    }

    private static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            while (!data.IsEmpty)
            {
                var sent = await socket.SendAsync(data, cancellationToken).ConfigureAwait(false);
                data = data[sent..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <returns>What came behind the head: the first output.</returns>
    private static async Task<ReadOnlyMemory<byte>> ReadHeadAsync(Socket socket, string what, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxHead];
        var length = 0;
        int end;
        while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var count = length == buffer.Length ? 0 : await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("the answer ends early");
            }

            length += count;
        }

        var head = Encoding.Latin1.GetString(buffer, 0, end);
        var status = head.Split(' ', 3) is [_, var code, ..] && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (status is 101 or 200)
        {
            return buffer.AsMemory(end + 4, length - end - 4);
        }

        throw DockerEngine.FromAnswer(
            what, (HttpStatusCode)status, await ReadFaultAsync(socket, buffer, end + 4, length, head, cancellationToken).ConfigureAwait(false));
    }

    // Error answers are small JSON with a length; the connection is not used again.
    private static async Task<string> ReadFaultAsync(
        Socket socket, byte[] buffer, int start, int length, string head, CancellationToken cancellationToken)
    {
        var line = head.Split("\r\n").FirstOrDefault(header => header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var wanted = line is not null && int.TryParse(line["Content-Length:".Length..], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var size)
            ? Math.Min(start + size, buffer.Length)
            : length;
        while (length < wanted)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return DockerEngine.MessageOf(Encoding.UTF8.GetString(buffer, start, length - start));
    }
}
