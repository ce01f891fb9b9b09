using System.Buffers;
using System.IO.Pipelines;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>One stream that the peer opened. One reader and one writer at a time.</summary>
/// <remarks>
/// A read returns 0 once the peer has finished its side or the connection ended. Disposing finishes this side and drops what still comes in.
/// </remarks>
internal sealed class SpdyStream : Stream, IHalfClosable
{
    private const int GrantAt = 32 * 1024;

    private readonly SpdyConnection _connection;
    private readonly Pipe _inbound;
    private int _readButNotGranted;
    private int _isDisposed;

    internal SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers, SpdyConnectionOptions options)
    {
        _connection = connection;
        Id = id;
        Headers = headers;
        _inbound = new Pipe(new PipeOptions(
            pauseWriterThreshold: options.StreamBufferBytes, resumeWriterThreshold: options.StreamBufferBytes / 2, useSynchronizationContext: false));
    }

    public int Id { get; }

    /// <summary>Those of the frame that opened it; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Bytes that the peer still takes; guarded by the connection, negative while unenforced.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsLocalClosed { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsRemoteClosed { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsReset { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        var result = await _inbound.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var available = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        var count = (int)available.Length;
        available.CopyTo(buffer.Span);
        _inbound.Reader.AdvanceTo(available.End);
        _readButNotGranted += count;
        if (_readButNotGranted >= GrantAt)
        {
            var grant = _readButNotGranted;
            _readButNotGranted = 0;
            await _connection.GrantAsync(Id, grant).ConfigureAwait(false);
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.WriteDataAsync(this, buffer, isLast: false, cancellationToken);

    /// <summary>Tells the peer that nothing more follows; reading goes on.</summary>
    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) =>
        _connection.WriteDataAsync(this, ReadOnlyMemory<byte>.Empty, isLast: true, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _inbound.Reader.CompleteAsync().ConfigureAwait(false);
            await _connection.ReleaseAsync(this).ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes what the peer sent; waits while the buffer is full and drops what nobody will read.</summary>
    internal async ValueTask ReceiveAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        foreach (var segment in data)
        {
            var result = await _inbound.Writer.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Lets the reader see the end.</summary>
    internal void EndInbound() => _inbound.Writer.Complete();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _inbound.Reader.Complete();
            _connection.ReleaseAsync(this).AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }
}
