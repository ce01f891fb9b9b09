using System.Buffers;
using System.IO.Pipelines;

namespace Orch.ApiServer.Serving;

/// <summary>Writes to a pipe in large blocks: each of the pipe's own small ones would become a record of its own in TLS.</summary>
internal sealed class LargeChunks(PipeWriter writer) : IBufferWriter<byte>
{
    private const int BlockBytes = 64 * 1024;
    private Memory<byte> _block;
    private int _used;

    /// <summary>Bytes written since the last flush.</summary>
    public int Pending { get; private set; }

    /// <inheritdoc />
    public void Advance(int count)
    {
        _used += count;
        Pending += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_block.Length - _used < Math.Max(sizeHint, 1)) { Renew(sizeHint); }
        return _block[_used..];
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Sends what has been written.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        writer.Advance(_used);
        (_block, _used, Pending) = (default, 0, 0);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Renew(int sizeHint)
    {
        if (_used > 0) { writer.Advance(_used); }
        _block = writer.GetMemory(Math.Max(sizeHint, BlockBytes));
        _used = 0;
    }
}
