using System.Buffers;
using System.Buffers.Binary;

namespace Orch.ApiServer.Protobuf;

/// <summary>Writes protobuf into one pooled array; the length of an inner message is filled in when it ends.</summary>
internal sealed class ProtobufBuffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Forgets what has been written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Begins a field that is a message, a string or bytes.</summary>
    /// <returns>To be given to <see cref="End"/>.</returns>
    public int Begin(int number)
    {
        Varint(((ulong)number << 3) | 2);
        Reserve(1);
        return ++Length;
    }

    /// <summary>Ends what began at a place. Most are short; the others are moved to make room for their length.</summary>
    public void End(int start)
    {
        var length = Length - start;
        if (length < 0x80) { _bytes[start - 1] = (byte)length; return; }
        var extra = VarintLength((ulong)length) - 1;
        Reserve(extra);
        Buffer.BlockCopy(_bytes, start, _bytes, start + extra, length);
        Length = start - 1;
        Varint((ulong)length);
        Length += length;
    }

    /// <summary>A number or a flag.</summary>
    public void Number(int number, long value)
    {
        Varint((ulong)number << 3);
        Varint((ulong)value);
    }

    /// <summary>A double.</summary>
    public void Double(int number, double value)
    {
        Varint(((ulong)number << 3) | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(Span(8), value);
        Length += 8;
    }

    /// <summary>A string or bytes.</summary>
    public void Bytes(int number, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)number << 3) | 2);
        Varint((ulong)value.Length);
        Raw(value);
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>Room for at least so many bytes; <see cref="Advance"/> keeps what is written there.</summary>
    public Span<byte> Span(int count)
    {
        Reserve(count);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Keeps bytes written to <see cref="Span"/>.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Leaves room for a frame's length, four bytes.</summary>
    public int BeginFrame()
    {
        Reserve(4);
        return Length += 4;
    }

    /// <summary>Fills in a frame's length.</summary>
    public void EndFrame(int start) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(start - 4), Length - start);

    /// <summary>How many bytes a number takes.</summary>
    public static int VarintLength(ulong value) => (63 - System.Numerics.BitOperations.LeadingZeroCount(value | 1)) / 7 + 1;

    /// <inheritdoc />
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Varint(ulong value)
    {
        Reserve(10);
        for (; value >= 0x80; value >>= 7) { _bytes[Length++] = (byte)(value | 0x80); }
        _bytes[Length++] = (byte)value;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count) { return; }
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, checked(Length + count)));
        Buffer.BlockCopy(_bytes, 0, larger, 0, Length);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
