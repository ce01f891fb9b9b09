using System.Buffers.Binary;
using System.IO.Pipelines;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Tests.Streaming.Spdy;

/// <summary>The other end of a <see cref="SpdyConnection"/>, frame by frame.</summary>
internal sealed class SpdyTestClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DeflatingHeaderEncoder _encoder = new();
    private readonly SpdyHeaderDecoder _decoder = new();
    private readonly Stream _stream;

    public SpdyTestClient()
    {
        var (up, down) = (new Pipe(), new Pipe());
        _stream = new DuplexStream(down.Reader.AsStream(), up.Writer.AsStream());
        Server = new DuplexStream(up.Reader.AsStream(), down.Writer.AsStream());
    }

    public Stream Server { get; }

    public Task WriteRawAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask().WaitAsync(Patience);

    public void Close() => _stream.Dispose();

    public Task OpenAsync(int id, byte flags, params (string Name, string Value)[] headers)
    {
        var block = _encoder.Encode([.. headers.Select(h => KeyValuePair.Create(h.Name, h.Value))]);
        var payload = new byte[10 + block.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        block.CopyTo(payload, 10);
        return ControlAsync(SpdyFrameType.SynStream, flags, payload);
    }

    public Task DataAsync(int id, byte[] data, bool isFin = false)
    {
        var frame = new byte[8 + data.Length];
        SpdyFrameHeader.WriteData(frame, id, isFin ? (byte)1 : (byte)0, data.Length);
        data.CopyTo(frame, 8);
        return WriteRawAsync(frame);
    }

    public Task PairAsync(SpdyFrameType type, int first, int second)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, first);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), second);
        return ControlAsync(type, 0, payload);
    }

    public Task ControlAsync(SpdyFrameType type, byte flags, byte[] payload)
    {
        var frame = new byte[8 + payload.Length];
        SpdyFrameHeader.WriteControl(frame, type, flags, payload.Length);
        payload.CopyTo(frame, 8);
        return WriteRawAsync(frame);
    }

    public async Task<(SpdyFrameHeader Header, byte[] Payload)> ReadAsync()
    {
        var head = new byte[8];
        await _stream.ReadExactlyAsync(head).AsTask().WaitAsync(Patience);
        var header = SpdyFrameHeader.Parse(head);
        var payload = new byte[header.Length];
        await _stream.ReadExactlyAsync(payload).AsTask().WaitAsync(Patience);
        if (header.Type == SpdyFrameType.SynReply)
        {
            _decoder.Decode(payload.AsSpan(4));
        }

        return (header, payload);
    }

    /// <summary>The next frame of a type; others before it are dropped.</summary>
    public async Task<(SpdyFrameHeader Header, byte[] Payload)> ReadAsync(SpdyFrameType type)
    {
        while (true)
        {
            var frame = await ReadAsync();
            if (frame.Header.Type == type)
            {
                return frame;
            }
        }
    }

    private sealed class DuplexStream(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => output.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override void Flush() => output.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            output.Dispose(); // The other side reads the end; completing a pipe under a waiting read would strand it.
            base.Dispose(disposing);
        }
    }
}
