using System.Buffers.Binary;

namespace Orch.ApiServer.Protobuf;

/// <summary>The frame of a watch event whose object is encoded already: <c>WatchEvent { type = 1, object = 2 { raw = 1 } }</c>, four bytes of length before it.</summary>
internal static class WatchFrame
{
    /// <summary>As much as a head takes.</summary>
    public const int MaxHeadBytes = 32;

    /// <summary>Writes what stands before the object; returns how many bytes it has.</summary>
    /// <param name="type">Such as <c>MODIFIED</c>, at most 12 bytes.</param>
    /// <param name="length">Of the object.</param>
    /// <param name="isFramed">Whether the length of the whole stands before it; the messages of a WebSocket have their own.</param>
    public static int WriteHead(Span<byte> destination, ReadOnlySpan<byte> type, int length, bool isFramed)
    {
        var raw = 1 + ProtobufBuffer.VarintLength((ulong)length) + length;
        var at = 0;
        if (isFramed)
        {
            BinaryPrimitives.WriteInt32BigEndian(destination, 2 + type.Length + 1 + ProtobufBuffer.VarintLength((ulong)raw) + raw);
            at = 4;
        }

        destination[at++] = (1 << 3) | 2;
        destination[at++] = (byte)type.Length;
        type.CopyTo(destination[at..]);
        at += type.Length;
        destination[at++] = (2 << 3) | 2;
        at = Varint(destination, at, raw);
        destination[at++] = (1 << 3) | 2;
        return Varint(destination, at, length);
    }

    private static int Varint(Span<byte> destination, int at, int value)
    {
        for (; value >= 0x80; value >>= 7) { destination[at++] = (byte)(value | 0x80); }
        destination[at++] = (byte)value;
        return at;
    }
}
