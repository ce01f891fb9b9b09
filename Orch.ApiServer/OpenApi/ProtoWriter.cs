using System.Buffers;
using System.Text;

namespace Orch.ApiServer.OpenApi;

/// <summary>Writes protobuf's wire format.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/</remarks>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _output = new(256);

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    /// <summary>Leaves an empty text out, as proto3 does.</summary>
    public void Text(int field, string? text)
    {
        if (!string.IsNullOrEmpty(text)) { Element(field, text); }
    }

    /// <summary>An element of a repeated field, empty or not.</summary>
    public void Element(int field, string text)
    {
        Varint((uint)((field << 3) | 2));
        var length = Encoding.UTF8.GetByteCount(text);
        Varint((uint)length);
        Encoding.UTF8.GetBytes(text, _output.GetSpan(length));
        _output.Advance(length);
    }

    public void Flag(int field, bool value)
    {
        if (!value) { return; }
        Varint((uint)(field << 3));
        Varint(1);
    }

    public void Message(int field, Action<ProtoWriter> write)
    {
        var inner = new ProtoWriter();
        write(inner);
        Varint((uint)((field << 3) | 2));
        Varint((uint)inner.Written.Length);
        _output.Write(inner.Written);
    }

    private void Varint(uint value)
    {
        var span = _output.GetSpan(5);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        _output.Advance(count);
    }
}
