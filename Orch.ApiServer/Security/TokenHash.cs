using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orch.ApiServer.Security;

/// <summary>Stands for a secret text where it must be recognized and must not be kept.</summary>
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    public static TokenHash Of(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (length <= 4096)
        {
            Span<byte> bytes = stackalloc byte[length];
            SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        }
        else
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        }

        return new TokenHash(
            BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]), BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]));
    }
}
