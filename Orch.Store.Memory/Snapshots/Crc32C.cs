using System.Buffers.Binary;
using System.Numerics;

namespace Orch.Store.Memory.Snapshots;

/// <summary>CRC-32C (Castagnoli), computed by the processor where it can.</summary>
internal static class Crc32C
{
    public const uint Start = uint.MaxValue;

    public static uint Of(ReadOnlySpan<byte> data) => Finish(Add(Start, data));

    public static uint Add(uint crc, ReadOnlySpan<byte> data)
    {
        while (data.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        foreach (var octet in data)
        {
            crc = BitOperations.Crc32C(crc, octet);
        }

        return crc;
    }

    public static uint Finish(uint crc) => ~crc;
}
