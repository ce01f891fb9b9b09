using System.Buffers.Binary;

namespace Orch.ApiServer.Protobuf;

/// <summary>Walks the fields of one protobuf message.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Of the current field.</summary>
    public int Number { get; private set; }

    /// <summary>Whether the value is <see cref="Bytes"/> rather than <see cref="Scalar"/>.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>A varint, or the bits of a fixed-width number.</summary>
    public ulong Scalar { get; private set; }

    /// <summary>A string, bytes or an inner message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="FormatException">It is no protobuf.</exception>
    public bool Read()
    {
        if (_position >= _message.Length) { return false; }
        var key = Varint();
        Number = (int)Math.Min(key >> 3, int.MaxValue);
        IsBytes = false;
        switch (key & 7)
        {
            case 0: Scalar = Varint(); break;
            case 1: Scalar = BinaryPrimitives.ReadUInt64LittleEndian(Take(8)); break;
            case 2:
                Bytes = Take(Varint());
                IsBytes = true;
                break;
            case 5: Scalar = BinaryPrimitives.ReadUInt32LittleEndian(Take(4)); break;
            default: throw new FormatException("proto: illegal wireType");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _position)) { throw new FormatException("unexpected EOF"); }
        var taken = _message.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _message.Length) { throw new FormatException("unexpected EOF"); }
            var next = _message[_position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) { return value; }
        }

        throw new FormatException("proto: integer overflow");
    }
}
