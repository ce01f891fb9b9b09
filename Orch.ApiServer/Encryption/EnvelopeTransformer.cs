using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Orch.ApiServer.Protobuf;
using Orch.Security;

namespace Orch.ApiServer.Encryption;

/// <summary>Encrypts with keys derived from a seed that a key management has wrapped; the wrapped seed stands beside each value.</summary>
/// <remarks>
/// As upstream's KMS v2: one seed serves until the key management changes its key, and each value has a key of its own, derived from the
/// seed and a random number by HKDF, so that a seed may write without limit. Unwrapped seeds are remembered, so reading seldom asks.
/// </remarks>
internal sealed class EnvelopeTransformer(IKeyManagement keys, TimeProvider time) : IValueTransformer, IDisposable
{
    private const int SeedBytes = 32;
    private const int InfoBytes = 32;
    private const int SeedKind = 1;
    private const int MaxKnownSeeds = 1_000;
    private static readonly TimeSpan StatusInterval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, byte[]> _seeds = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Current? _current;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix { get; } = Encoding.ASCII.GetBytes($"k8s:enc:kms:v2:{keys.Name}:");

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var (wrapped, seed) = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        var info = RandomNumberGenerator.GetBytes(InfoBytes);
        using var message = new ProtobufBuffer();
        message.Raw(Prefix.Span);
        message.Bytes(1, AesGcmTransformer.Encrypt(Derive(seed, info), key, plain.Span, info));
        message.Bytes(2, Encoding.UTF8.GetBytes(wrapped.KeyId));
        message.Bytes(3, wrapped.Ciphertext.Span);
        message.Number(5, SeedKind);
        return message.Written.ToArray();
    }

    /// <inheritdoc />
    public async ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        var (data, wrapped) = Read(stored.Span[Prefix.Length..]);
        var seed = await UnwrapAsync(wrapped, cancellationToken).ConfigureAwait(false);
        var plain = AesGcmTransformer.Decrypt(Derive(seed, data[..InfoBytes]), key, data.AsSpan(InfoBytes));
        var (current, _) = await CurrentAsync(cancellationToken).ConfigureAwait(false);
        return (plain, current.KeyId != wrapped.KeyId);
    }

    /// <inheritdoc />
    public void Dispose() => _gate.Dispose();

    private static (byte[] Data, WrappedSecret Wrapped) Read(ReadOnlySpan<byte> body)
    {
        byte[] data = [], ciphertext = [];
        var keyId = string.Empty;
        var reader = new ProtobufReader(body);
        try
        {
            while (reader.Read())
            {
                switch (reader.Number)
                {
                    case 1 when reader.IsBytes: data = reader.Bytes.ToArray(); break;
                    case 2 when reader.IsBytes: keyId = Encoding.UTF8.GetString(reader.Bytes); break;
                    case 3 when reader.IsBytes: ciphertext = reader.Bytes.ToArray(); break;
                    default: break;
                }
            }
        }
        catch (FormatException exception) { throw new CryptographicException("the stored data is no envelope", exception); }

        return data.Length > InfoBytes ? (data, new WrappedSecret(keyId, ciphertext)) : throw new CryptographicException("the stored data is too short");
    }

    private static byte[] Derive(byte[] seed, byte[] info) => HKDF.Expand(HashAlgorithmName.SHA256, seed, 32, info);

    private async ValueTask<(WrappedSecret Wrapped, byte[] Seed)> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_current is { } fresh && time.GetElapsedTime(fresh.Since) < StatusInterval) { return (fresh.Wrapped, fresh.Seed); }
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetTimestamp();
            if (_current is { } known)
            {
                if (time.GetElapsedTime(known.Since) < StatusInterval) { return (known.Wrapped, known.Seed); }
                if (await keys.CurrentKeyIdAsync(cancellationToken).ConfigureAwait(false) == known.Wrapped.KeyId)
                {
                    _current = known with { Since = now };
                    return (known.Wrapped, known.Seed);
                }
            }

            var seed = RandomNumberGenerator.GetBytes(SeedBytes);
            var wrapped = await keys.WrapAsync(seed, cancellationToken).ConfigureAwait(false);
            _current = new Current(wrapped, seed, now);
            return (wrapped, seed);
        }
        finally { _gate.Release(); }
    }

    private async ValueTask<byte[]> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken)
    {
        var name = $"{wrapped.KeyId}\0{Convert.ToBase64String(wrapped.Ciphertext.Span)}";
        if (_seeds.TryGetValue(name, out var known)) { return known; }
        var seed = (await keys.UnwrapAsync(wrapped, cancellationToken).ConfigureAwait(false)).ToArray();
        if (_seeds.Count >= MaxKnownSeeds) { _seeds.Clear(); }
        return _seeds.GetOrAdd(name, seed);
    }

    private sealed record Current(WrappedSecret Wrapped, byte[] Seed, long Since);
}
