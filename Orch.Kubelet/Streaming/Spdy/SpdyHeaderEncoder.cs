using System.Buffers.Binary;
using System.Text;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>Writes header blocks into this side's one zlib stream; blocks must go out in the order they were made.</summary>
/// <remarks>
/// The blocks that a server sends are all but empty, so they go out stored. Each ends with an empty stored block (zlib's sync flush):
/// the Go library under Kubernetes clients hands out nothing before one, and no managed compressor writes one with a preset dictionary.
/// </remarks>
internal sealed class SpdyHeaderEncoder
{
    private const int MaxStored = ushort.MaxValue;

    private bool _isStarted;

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
        if (!_isStarted)
        {
            _isStarted = true;
            block.Write([0x78, 0x20, 0xe3, 0xc6, 0xa7, 0xc2]); // Deflate, 32 KiB window, preset dictionary by its checksum.
        }

        var rest = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        while (!rest.IsEmpty)
        {
            var part = rest[..Math.Min(rest.Length, MaxStored)];
            WriteStored(block, part);
            rest = rest[part.Length..];
        }

        WriteStored(block, []);
        return block.ToArray();
    }

    private static void WriteStored(MemoryStream target, ReadOnlySpan<byte> data)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = 0; // Not the last block, type 0.
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)data.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~data.Length);
        target.Write(head);
        target.Write(data);
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
