using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Proxying;

/// <summary>The body of a raw HTTP/1.1 answer that was not upgraded.</summary>
internal static class ResponseBody
{
    private const int MaxLineBytes = 1024;

    /// <summary>Reads it whole, but no more than allowed: what is longer is cut off.</summary>
    /// <exception cref="IOException">The connection failed, or what came is not HTTP.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, ResponseHead head, int maxBytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (head.Find("Transfer-Encoding")?.Contains("chunked", StringComparison.OrdinalIgnoreCase) == true)
        {
            while (body.Length < maxBytes && await ChunkAsync(stream, cancellationToken).ConfigureAwait(false) is > 0 and var size)
            {
                await CopyAsync(stream, body, (int)Math.Min(size, maxBytes - body.Length), cancellationToken).ConfigureAwait(false);
                await LineAsync(stream, cancellationToken).ConfigureAwait(false);
            }

            return body.ToArray();
        }

        var length = long.TryParse(head.Find("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : long.MaxValue;
        await CopyAsync(stream, body, (int)Math.Min(length, maxBytes), cancellationToken).ConfigureAwait(false);
        return body.ToArray();
    }

    private static async Task<long> ChunkAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = await LineAsync(stream, cancellationToken).ConfigureAwait(false);
        var end = line.IndexOf(';', StringComparison.Ordinal);
        return long.TryParse(end < 0 ? line : line[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) && size >= 0 ? size : throw new IOException("a chunk has no size");
    }

    private static async Task<string> LineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) > 0)
        {
            if (one[0] == '\n') { break; }
            if (one[0] != '\r') { line.Append((char)one[0]); }
            if (line.Length > MaxLineBytes) { throw new IOException("a line is too long"); }
        }

        return line.ToString();
    }

    // Less comes where the other side ends early.
    private static async Task CopyAsync(Stream from, MemoryStream to, int count, CancellationToken cancellationToken)
    {
        var buffer = new byte[Math.Min(count, 16 * 1024)];
        while (count > 0 && await from.ReadAsync(buffer.AsMemory(0, Math.Min(count, buffer.Length)), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            to.Write(buffer, 0, read);
            count -= read;
        }
    }
}
