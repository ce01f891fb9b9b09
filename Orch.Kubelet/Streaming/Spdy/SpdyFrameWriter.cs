using System.Buffers;
using System.Buffers.Binary;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>Puts whole frames on the transport, one at a time.</summary>
internal sealed class SpdyFrameWriter(Stream transport, Action written, CancellationToken ended) : IAsyncDisposable
{
    private readonly SpdyHeaderEncoder _encoder = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <exception cref="IOException">The connection has ended.</exception>
    public async ValueTask WriteDataAsync(int id, ReadOnlyMemory<byte> data, bool isFin, CancellationToken cancellationToken)
    {
        var size = SpdyFrameHeader.Size + data.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            SpdyFrameHeader.WriteData(buffer, id, isFin ? SpdyFrameHeader.FlagFin : (byte)0, data.Length);
            data.CopyTo(buffer.AsMemory(SpdyFrameHeader.Size));
            await WriteAsync(() => buffer.AsMemory(0, size), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ValueTask AcceptAsync(int streamId) =>
        WriteAsync(() => Control(SpdyFrameType.SynReply, ReplyTo(streamId)), CancellationToken.None);

    public ValueTask TryResetAsync(int streamId, SpdyResetCode code) => TryControlAsync(SpdyFrameType.RstStream, Pair(streamId, (int)code));

    /// <summary>Lets the peer send that much more on a stream; stream 0 is the connection as a whole.</summary>
    public ValueTask TryGrantAsync(int streamId, int bytes) => TryControlAsync(SpdyFrameType.WindowUpdate, Pair(streamId, bytes));

    public ValueTask TryGoAwayAsync(int lastStreamId, int status) => TryControlAsync(SpdyFrameType.GoAway, Pair(lastStreamId, status));

    public ValueTask TryPingAsync(byte[] id) => TryControlAsync(SpdyFrameType.Ping, id);

    private async ValueTask TryControlAsync(SpdyFrameType type, byte[] payload)
    {
        try
        {
            await WriteAsync(() => Control(type, payload), CancellationToken.None).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The reading loop sees the end of the connection too, and says so.
        }
    }

    /// <summary>After the end; waits for the frame that is being written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _turn.Dispose();
    }

    // The caller's token counts only until the frame starts: half a frame would garble the connection for every other stream.
    private async ValueTask WriteAsync(Func<ReadOnlyMemory<byte>> frame, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _turn.WaitAsync(ended).ConfigureAwait(false);
            try
            {
                await transport.WriteAsync(frame(), ended).ConfigureAwait(false);
                written();
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            throw new IOException("the connection has ended", e);
        }
    }

    // Encoded inside the turn: blocks must leave in the order in which they went through the deflater.
    private byte[] ReplyTo(int id)
    {
        var block = _encoder.Encode([]);
        var payload = new byte[4 + block.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        block.CopyTo(payload, 4);
        return payload;
    }

    private static byte[] Pair(int first, int second)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, first);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), second);
        return payload;
    }

    private static byte[] Control(SpdyFrameType type, byte[] payload)
    {
        var frame = new byte[SpdyFrameHeader.Size + payload.Length];
        SpdyFrameHeader.WriteControl(frame, type, 0, payload.Length);
        payload.CopyTo(frame, SpdyFrameHeader.Size);
        return frame;
    }
}
