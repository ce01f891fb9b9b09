using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Proxying;

/// <summary>The first part of a raw HTTP/1.1 answer.</summary>
/// <param name="Status">Its code.</param>
/// <param name="Headers">In order; a name may stand more than once.</param>
internal sealed record ResponseHead(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads up to the empty line, and not one byte further.</summary>
    /// <exception cref="IOException">The connection ended, or what came is not HTTP.</exception>
    public static async Task<ResponseHead> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        // What follows belongs to the upgraded protocol, so the head is taken byte by byte; it is short.
        var head = new MemoryStream();
        var one = new byte[1];
        while (!EndsHead(head))
        {
            if (await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0) { throw new IOException("the connection ended before an answer came"); }
            head.WriteByte(one[0]);
            if (head.Length > MaxBytes) { throw new IOException("the answer's headers are too long"); }
        }

        var lines = Encoding.Latin1.GetString(head.GetBuffer(), 0, (int)head.Length).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var first = lines.Length == 0 ? [] : lines[0].Split(' ', 3);
        if (first.Length < 2 || !first[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw new IOException("what answered does not speak HTTP");
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) { headers.Add(new KeyValuePair<string, string>(line[..colon], line[(colon + 1)..].Trim())); }
        }

        return new ResponseHead(status, headers);
    }

    /// <summary>A header's value, or null.</summary>
    public string? Find(string name)
    {
        foreach (var header in Headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)) { return header.Value; }
        }

        return null;
    }

    private static bool EndsHead(MemoryStream head)
        => head.Length >= 4 && head.GetBuffer().AsSpan(0, (int)head.Length).EndsWith("\r\n\r\n"u8);
}
