using System.Buffers.Binary;
using System.Text;
using ICSharpCode.SharpZipLib.Zip.Compression;
using Orch.Kubelet.Streaming.Spdy;

namespace Orch.Kubelet.Tests.Streaming.Spdy;

/// <summary>Compresses header blocks as clients do.</summary>
internal sealed class DeflatingHeaderEncoder
{
    private readonly Deflater _deflater;
    private readonly byte[] _chunk = new byte[4096];

    public DeflatingHeaderEncoder()
    {
        _deflater = new Deflater(Deflater.BEST_COMPRESSION);
        _deflater.SetDictionary(SpdyDictionary.Bytes);
    }

    public byte[] Encode(IReadOnlyCollection<KeyValuePair<string, string>> headers)
    {
        using var plain = new MemoryStream();
        WriteNumber(plain, headers.Count);
        foreach (var (name, value) in headers)
        {
            WriteText(plain, name.ToLowerInvariant());
            WriteText(plain, value);
        }

        using var block = new MemoryStream();
        _deflater.SetInput(plain.ToArray());
        _deflater.Flush();
        int written;
        while ((written = _deflater.Deflate(_chunk)) > 0)
        {
            block.Write(_chunk, 0, written);
        }

        return block.ToArray();
    }

    private static void WriteNumber(MemoryStream target, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        target.Write(bytes);
    }

    private static void WriteText(MemoryStream target, string text)
    {
        WriteNumber(target, text.Length);
        target.Write(Encoding.Latin1.GetBytes(text));
    }
}
