using Orch.Runtime;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>One stream that the peer opened. One reader and one writer at a time; disposing finishes this side.</summary>
internal sealed class SpdyStream(SpdyConnection connection, int id, IReadOnlyDictionary<string, string> headers, int bufferBytes)
    : PipedStream(bufferBytes), IHalfClosable
{
    private const int GrantAt = 32 * 1024;

    private int _consumedButNotGranted;

    public int Id => id;

    /// <summary>Those of the frame that opened it; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>Bytes that the peer still takes; guarded by the connection, negative while unenforced.</summary>
    internal long SendWindow { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsLocalClosed { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsRemoteClosed { get; set; }

    /// <summary>Guarded by the connection.</summary>
    internal bool IsReset { get; set; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        connection.WriteDataAsync(this, buffer, isLast: false, cancellationToken);

    public ValueTask CloseWriteAsync(CancellationToken cancellationToken) =>
        connection.WriteDataAsync(this, ReadOnlyMemory<byte>.Empty, isLast: true, cancellationToken);

    protected override async ValueTask OnConsumedAsync(int count)
    {
        _consumedButNotGranted += count;
        if (_consumedButNotGranted >= GrantAt)
        {
            var grant = _consumedButNotGranted;
            _consumedButNotGranted = 0;
            await connection.GrantAsync(id, grant).ConfigureAwait(false);
        }
    }

    protected override ValueTask OnDisposedAsync() => connection.ReleaseAsync(this);
}
