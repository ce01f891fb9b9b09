using System.Buffers.Binary;
using System.Text;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>Reads the peer's compressed header blocks, which share one zlib stream: none may be skipped.</summary>
internal sealed class SpdyHeaderDecoder
{
    /// <summary>Inflated size over which a block is taken for an attack; the streams of kubectl need some hundred bytes.</summary>
    public const int MaxBlockBytes = 64 * 1024;

    private readonly Inflater _inflater = new();
    private readonly byte[] _chunk = new byte[4096];

    /// <exception cref="SpdyProtocolException">The block is malformed or too large; the compression state is lost.</exception>
    public Dictionary<string, string> Decode(ReadOnlySpan<byte> compressed)
    {
        var block = Inflate(compressed.ToArray());
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = block.AsSpan();
        var count = ReadNumber(ref rest);
        for (var i = 0; i < count; i++)
        {
            var name = ReadText(ref rest);
            var value = ReadText(ref rest);
            // A name may come once; several values are parted by NUL, of which the first counts here.
            var end = value.IndexOf('\0', StringComparison.Ordinal);
            if (!headers.TryAdd(name, end < 0 ? value : value[..end]))
            {
                throw new SpdyProtocolException($"the header '{name}' comes twice in one block");
            }
        }

        return headers;
    }

    private byte[] Inflate(byte[] compressed)
    {
        try
        {
            using var block = new MemoryStream();
            _inflater.SetInput(compressed);
            while (true)
            {
                var read = _inflater.Inflate(_chunk);
                if (read > 0)
                {
                    block.Write(_chunk, 0, read);
                    if (block.Length > MaxBlockBytes)
                    {
                        throw new SpdyProtocolException($"a header block is over {MaxBlockBytes} bytes");
                    }
                }
                else if (_inflater.IsNeedingDictionary)
                {
                    _inflater.SetDictionary(SpdyDictionary.Bytes);
                }
                else
                {
                    return block.ToArray();
                }
            }
        }
        catch (SharpZipBaseException e)
        {
            throw new SpdyProtocolException($"a header block does not inflate: {e.Message}", e);
        }
        catch (Exception e) when (e is IndexOutOfRangeException or InvalidOperationException or ArgumentException)
        {
            throw new SpdyProtocolException("a header block does not inflate", e);
        }
    }

    private static int ReadNumber(ref Span<byte> rest)
    {
        if (rest.Length < 4)
        {
            throw new SpdyProtocolException("a header block ends early");
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        // Each item takes at least its length field, so a larger number cannot be honest.
        return number <= rest.Length ? (int)number : throw new SpdyProtocolException("a header block ends early");
    }

    private static string ReadText(ref Span<byte> rest)
    {
        var length = ReadNumber(ref rest);
        var text = Encoding.Latin1.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }
}
