using System.Buffers;
using System.IO.Pipelines;

namespace Orch.Kubelet.Streaming;

/// <summary>A stream inside a shared connection: what arrives waits in a bounded buffer, what is written goes out at once.</summary>
/// <remarks>A read returns 0 once the peer has finished its side or the connection ended. Disposing drops what still comes in.</remarks>
internal abstract class PipedStream : Stream
{
    private readonly Pipe _inbound;
    private int _isDisposed;
    private volatile bool _isInboundEnded;

    protected PipedStream(int bufferBytes) => _inbound = new Pipe(new PipeOptions(
        pauseWriterThreshold: bufferBytes, resumeWriterThreshold: bufferBytes / 2, useSynchronizationContext: false));

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

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
        await OnConsumedAsync(count).ConfigureAwait(false);
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public abstract override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

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
            _inbound.Reader.CancelPendingRead();
            await _inbound.Reader.CompleteAsync().ConfigureAwait(false);
            await OnDisposedAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Takes what the peer sent; waits while the buffer is full and drops what nobody will read.</summary>
    internal async ValueTask ReceiveAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        foreach (var segment in data)
        {
            if (_isInboundEnded)
            {
                return;
            }

            var result = await _inbound.Writer.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>Lets the reader see the end.</summary>
    internal void EndInbound()
    {
        _isInboundEnded = true;
        _inbound.Writer.Complete();
    }

    /// <summary>Called after each read with the bytes taken.</summary>
    protected virtual ValueTask OnConsumedAsync(int count) => ValueTask.CompletedTask;

    /// <summary>Called once.</summary>
    protected virtual ValueTask OnDisposedAsync() => ValueTask.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _inbound.Reader.CancelPendingRead();
            _inbound.Reader.Complete();
            OnDisposedAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }
}
