using System.Security.Cryptography;
using System.Text;

namespace Orch.ApiServer.Encryption;

/// <summary>AES-GCM: a random nonce, the ciphertext, the tag; the store's key is authenticated along.</summary>
/// <remarks>The nonce has 96 bits: a key should write no more than some hundred million values.</remarks>
internal sealed class AesGcmTransformer(string name, byte[] secret) : IValueTransformer
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix { get; } = Encoding.ASCII.GetBytes($"k8s:enc:aesgcm:v1:{name}:");

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
        => new(Encrypt(secret, key, plain.Span, Prefix.Span));

    /// <inheritdoc />
    public ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
        => new((Decrypt(secret, key, stored.Span[Prefix.Length..]), false));

    /// <summary>What is to be kept, after a prefix.</summary>
    public static byte[] Encrypt(byte[] secret, string key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> prefix)
    {
        var stored = new byte[prefix.Length + NonceBytes + plain.Length + TagBytes];
        prefix.CopyTo(stored);
        var body = stored.AsSpan(prefix.Length);
        RandomNumberGenerator.Fill(body[..NonceBytes]);
        using var aes = new AesGcm(secret, TagBytes);
        aes.Encrypt(body[..NonceBytes], plain, body.Slice(NonceBytes, plain.Length), body[^TagBytes..], Encoding.UTF8.GetBytes(key));
        return stored;
    }

    /// <summary>What <see cref="Encrypt"/> was given.</summary>
    public static byte[] Decrypt(byte[] secret, string key, ReadOnlySpan<byte> body)
    {
        if (body.Length < NonceBytes + TagBytes) { throw new CryptographicException("the stored data is too short"); }
        var plain = new byte[body.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(secret, TagBytes);
        aes.Decrypt(body[..NonceBytes], body[NonceBytes..^TagBytes], body[^TagBytes..], plain, Encoding.UTF8.GetBytes(key));
        return plain;
    }
}
