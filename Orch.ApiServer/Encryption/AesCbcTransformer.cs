using System.Security.Cryptography;
using System.Text;

namespace Orch.ApiServer.Encryption;

/// <summary>AES-CBC with padding: a random vector, then the ciphertext. It does not notice every change; for what was written so elsewhere.</summary>
internal sealed class AesCbcTransformer(string name, byte[] secret) : IValueTransformer
{
    private const int BlockBytes = 16;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix { get; } = Encoding.ASCII.GetBytes($"k8s:enc:aescbc:v1:{name}:");

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        using var aes = Aes.Create();
        aes.Key = secret;
        var length = aes.GetCiphertextLengthCbc(plain.Length);
        var stored = new byte[Prefix.Length + BlockBytes + length];
        Prefix.Span.CopyTo(stored);
        var vector = stored.AsSpan(Prefix.Length, BlockBytes);
        RandomNumberGenerator.Fill(vector);
        aes.EncryptCbc(plain.Span, vector, stored.AsSpan(Prefix.Length + BlockBytes));
        return new(stored);
    }

    /// <inheritdoc />
    public ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        var body = stored.Span[Prefix.Length..];
        if (body.Length < 2 * BlockBytes || body.Length % BlockBytes != 0) { throw new CryptographicException("the stored data is no whole number of blocks"); }
        using var aes = Aes.Create();
        aes.Key = secret;
        return new((aes.DecryptCbc(body[BlockBytes..], body[..BlockBytes]), false));
    }
}
