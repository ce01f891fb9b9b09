using System.Security.Cryptography;
using System.Text;

namespace Orch.ApiServer.Aggregation;

/// <summary>Lets a header stand on several lines of a request: the framework's client joins its values by commas, and a group is told by a line of its own.</summary>
/// <remarks>A mark that nobody outside can know stands for a line's end until here.</remarks>
internal sealed class HeaderLineStream(Stream inner) : Stream
{
    private static readonly byte[] NewLine = "\r\n"u8.ToArray();
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes($"\u0001{Convert.ToHexString(RandomNumberGenerator.GetBytes(16))}\u0001");
    private byte[] _held = [];

    /// <inheritdoc />
    public override bool CanRead => inner.CanRead;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => inner.CanWrite;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>One value that goes out as a line for each of several.</summary>
    public static string Lines(string name, IEnumerable<string> values) => string.Join($"{Encoding.ASCII.GetString(Mark)}{name}: ", values);

    /// <inheritdoc />
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Requests are written asynchronously.");

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_held.Length == 0 && !buffer.Span.Contains(Mark[0])) { await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false); return; }
        ReadOnlyMemory<byte> rest = _held.Length == 0 ? buffer : (byte[])[.. _held, .. buffer.Span];
        while (rest.Span.IndexOf(Mark) is >= 0 and var at)
        {
            await inner.WriteAsync(rest[..at], cancellationToken).ConfigureAwait(false);
            await inner.WriteAsync(NewLine, cancellationToken).ConfigureAwait(false);
            rest = rest[(at + Mark.Length)..];
        }

        var tail = BeginningOfMark(rest.Span);
        _held = rest[^tail..].ToArray();
        await inner.WriteAsync(rest[..^tail], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        // A request ends here, so what looked like the beginning of a mark was none.
        if (_held.Length > 0)
        {
            var held = _held;
            _held = [];
            await inner.WriteAsync(held, cancellationToken).ConfigureAwait(false);
        }

        await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public override void Flush() => inner.Flush();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing) { inner.Dispose(); }
        base.Dispose(disposing);
    }

    private static int BeginningOfMark(ReadOnlySpan<byte> text)
    {
        for (var length = Math.Min(Mark.Length - 1, text.Length); length > 0; length--)
        {
            if (text[^length..].SequenceEqual(Mark.AsSpan(0, length))) { return length; }
        }

        return 0;
    }
}
