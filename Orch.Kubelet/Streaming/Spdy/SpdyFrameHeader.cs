using System.Buffers.Binary;

namespace Orch.Kubelet.Streaming.Spdy;

/// <summary>The eight bytes before every frame.</summary>
/// <param name="Type">Of control frames; <see cref="SpdyFrameType.Data"/> otherwise.</param>
/// <param name="StreamId">Of data frames; control frames carry theirs in the payload.</param>
/// <param name="Length">Of the payload, at most 2^24 - 1.</param>
internal readonly record struct SpdyFrameHeader(SpdyFrameType Type, byte Flags, int StreamId, int Length)
{
    public const int Size = 8;
    public const byte FlagFin = 0x01;
    private const int Version = 3;

    public bool IsFin => (Flags & FlagFin) != 0;

    public static SpdyFrameHeader Parse(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (flags, length) = ((byte)(second >> 24), (int)(second & 0xFFFFFF));
        if ((first & 0x80000000) == 0)
        {
            return new(SpdyFrameType.Data, flags, (int)first, length);
        }

        if (((first >> 16) & 0x7FFF) != Version)
        {
            throw new SpdyProtocolException($"SPDY version {(first >> 16) & 0x7FFF} is not spoken here, only 3");
        }

        return new((SpdyFrameType)(first & 0xFFFF), flags, 0, length);
    }

    public static void WriteControl(Span<byte> target, SpdyFrameType type, byte flags, int length)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, 0x80000000u | (Version << 16) | (uint)type);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ((uint)flags << 24) | (uint)length);
    }

    public static void WriteData(Span<byte> target, int streamId, byte flags, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ((uint)flags << 24) | (uint)length);
    }
}
