using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;

namespace Orch.Kubelet.Streaming.WebSockets;

/// <summary>Numbered channels inside a WebSocket: the first byte of every message says which.</summary>
/// <remarks>Open all channels before <see cref="RunAsync"/>; what arrives for others is dropped.</remarks>
internal sealed class WebSocketChannels : IAsyncDisposable
{
    private const int Chunk = 32 * 1024;
    private const int ChannelBufferBytes = 256 * 1024;
    private const int MaxBase64Message = 4 * 1024 * 1024;
    private const byte CloseSignal = 255;

    private readonly WebSocket _socket;
    private readonly WebSocketChannelProtocol _protocol;
    private readonly TimeSpan _idleTimeout;
    private readonly TimeProvider _time;
    private readonly Dictionary<byte, WebSocketChannelStream> _channels = [];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _idle;
    private long _lastActivity;
    private int _isEnding;

    public WebSocketChannels(WebSocket socket, WebSocketChannelProtocol protocol, TimeSpan idleTimeout, TimeProvider time)
    {
        (_socket, _protocol, _idleTimeout, _time) = (socket, protocol, idleTimeout, time);
        Ended = _ended.Token;
        _lastActivity = time.GetTimestamp();
        _idle = time.CreateTimer(static me => ((WebSocketChannels)me!).EndIfIdle(), this, idleTimeout, idleTimeout);
    }

    /// <summary>Cancelled when the connection ended, from either side.</summary>
    public CancellationToken Ended { get; }

    /// <summary>A duplex stream on a channel.</summary>
    public WebSocketChannelStream Open(byte channel)
    {
        var stream = new WebSocketChannelStream(this, channel, ChannelBufferBytes);
        _channels.Add(channel, stream);
        return stream;
    }

    /// <summary>Reads messages until the client closes or breaks off, or the connection is ended here; does not throw for these.</summary>
    public async Task RunAsync()
    {
        var buffer = new byte[Chunk];
        try
        {
            while (await ReceiveMessageAsync(buffer).ConfigureAwait(false))
            {
                _lastActivity = _time.GetTimestamp();
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or End was called.
        }
        finally
        {
            End();
            foreach (var channel in _channels.Values)
            {
                channel.EndInbound();
            }
        }
    }

    /// <summary>Says goodbye, then reads on for at most <paramref name="linger"/> so that the client can take what was sent.</summary>
    public async Task FinishAsync(Task running, TimeSpan linger)
    {
        try
        {
            await SendAsync(() => _socket.State is WebSocketState.Open or WebSocketState.CloseReceived
                ? _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _ended.Token)
                : Task.CompletedTask).ConfigureAwait(false);
            await running.WaitAsync(linger, _time).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or TimeoutException)
        {
            End();
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the connection at once.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 0)
        {
            _ended.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        End();
        await _idle.DisposeAsync().ConfigureAwait(false);
    }

    internal async ValueTask WriteAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        do
        {
            var part = data[..Math.Min(data.Length, Chunk)];
            data = data[part.Length..];
            var message = ArrayPool<byte>.Shared.Rent(1 + Base64.GetMaxEncodedToUtf8Length(part.Length));
            try
            {
                var length = Encode(channel, part.Span, message);
                var type = _protocol.IsBase64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                cancellationToken.ThrowIfCancellationRequested();
                await SendAsync(() => _socket.SendAsync(message.AsMemory(0, length), type, endOfMessage: true, _ended.Token).AsTask()).ConfigureAwait(false);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(message);
            }
        }
        while (!data.IsEmpty);
    }

    private int Encode(byte channel, ReadOnlySpan<byte> data, Span<byte> message)
    {
        if (!_protocol.IsBase64)
        {
            message[0] = channel;
            data.CopyTo(message[1..]);
            return data.Length + 1;
        }

        message[0] = (byte)('0' + channel);
        Base64.EncodeToUtf8(data, message[1..], out _, out var written);
        return written + 1;
    }

    // Not cancelled with the caller: .NET aborts the whole socket when a send is.
    private async Task SendAsync(Func<Task> send)
    {
        await _writing.WaitAsync(_ended.Token).ConfigureAwait(false);
        try
        {
            await send().ConfigureAwait(false);
            _lastActivity = _time.GetTimestamp();
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("the client has closed the connection", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<bool> ReceiveMessageAsync(byte[] buffer)
    {
        byte? channel = null;
        using var base64 = new MemoryStream();
        while (true)
        {
            var result = await _socket.ReceiveAsync(buffer.AsMemory(), _ended.Token).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            var data = buffer.AsMemory(0, result.Count);
            if (channel is null && !data.IsEmpty)
            {
                channel = _protocol.IsBase64 ? (byte)(data.Span[0] - '0') : data.Span[0];
                data = data[1..];
            }

            if (channel is { } to)
            {
                if (_protocol.IsBase64)
                {
                    base64.Write(data.Span);
                    if (base64.Length > MaxBase64Message)
                    {
                        throw new IOException($"a message is over {MaxBase64Message} bytes");
                    }
                }
                else
                {
                    await DeliverAsync(to, data).ConfigureAwait(false);
                }
            }

            if (result.EndOfMessage)
            {
                if (_protocol.IsBase64 && channel is { } decodedTo)
                {
                    await DeliverAsync(decodedTo, Decode(base64)).ConfigureAwait(false);
                }

                return true;
            }
        }
    }

    private static byte[] Decode(MemoryStream base64)
    {
        var encoded = base64.GetBuffer().AsSpan(0, (int)base64.Length);
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        return Base64.DecodeFromUtf8(encoded, decoded, out _, out var written) == OperationStatus.Done
            ? decoded[..written]
            : throw new IOException("a message is not base64");
    }

    private async ValueTask DeliverAsync(byte channel, ReadOnlyMemory<byte> data)
    {
        if (_protocol.HasCloseSignal && channel == CloseSignal)
        {
            if (!data.IsEmpty && _channels.TryGetValue(data.Span[0], out var closing))
            {
                closing.EndInbound();
            }
        }
        else if (!data.IsEmpty && _channels.TryGetValue(channel, out var stream))
        {
            await stream.ReceiveAsync(new ReadOnlySequence<byte>(data), _ended.Token).ConfigureAwait(false);
        }
    }

    private void EndIfIdle()
    {
        if (_time.GetElapsedTime(_lastActivity) >= _idleTimeout)
        {
            End();
        }
    }
}
