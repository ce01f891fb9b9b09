using System.Security.Cryptography;
using System.Text;
using NaCl;

namespace Orch.ApiServer.Encryption;

/// <summary>NaCl's secretbox, XSalsa20 with Poly1305: a random nonce, the tag, the ciphertext. It is not bound to the store's key.</summary>
internal sealed class SecretboxTransformer(string name, byte[] secret) : IValueTransformer
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    private const int NonceBytes = XSalsa20Poly1305.NonceLength;
    private const int TagBytes = XSalsa20Poly1305.TagLength;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix { get; } = Encoding.ASCII.GetBytes($"k8s:enc:secretbox:v1:{name}:");

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var stored = new byte[Prefix.Length + NonceBytes + TagBytes + plain.Length];
        Prefix.Span.CopyTo(stored);
        var nonce = stored.AsSpan(Prefix.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var box = new XSalsa20Poly1305(secret);
        box.Encrypt(stored.AsSpan(Prefix.Length + NonceBytes), plain.Span, nonce);
        return new(stored);
    }

    /// <inheritdoc />
    public ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        var body = stored.Span[Prefix.Length..];
        if (body.Length < NonceBytes + TagBytes) { throw new CryptographicException("the stored data is too short"); }
        var plain = new byte[body.Length - NonceBytes - TagBytes];
        using var box = new XSalsa20Poly1305(secret);
        return box.TryDecrypt(plain, body[NonceBytes..], body[..NonceBytes])
            ? new((plain, false))
            : throw new CryptographicException("the stored data does not have the tag that belongs to it");
    }
}
