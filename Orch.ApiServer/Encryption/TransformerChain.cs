using System.Security.Cryptography;
using Orch.Storage;

namespace Orch.ApiServer.Encryption;

/// <summary>The ways to store one resource: the first writes, the one whose prefix stands there reads.</summary>
internal sealed class TransformerChain(IReadOnlyList<IValueTransformer> transformers)
{
    private static ReadOnlySpan<byte> AnyPrefix => "k8s:enc:"u8;

    /// <summary>Whether anything is stored differently than it is given.</summary>
    public bool IsIdentity => transformers is [IdentityTransformer];

    /// <summary>As it is stored from now on.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        try { return await transformers[0].ToStoredAsync(key, plain, cancellationToken).ConfigureAwait(false); }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new StoreException(StoreErrorCode.Unavailable, $"{key} could not be encrypted; nothing was written.", exception);
        }
    }

    /// <summary>As it was given, and whether it would be stored differently now.</summary>
    /// <exception cref="StoreException"><c>Corrupt</c>: no provider reads it. <c>Unavailable</c>: its key management does not serve.</exception>
    public async ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken)
    {
        for (var index = 0; index < transformers.Count; index++)
        {
            var prefix = transformers[index].Prefix;
            if (prefix.Length == 0 ? stored.Span.StartsWith(AnyPrefix) : !stored.Span.StartsWith(prefix.Span)) { continue; }
            try
            {
                var (plain, isStale) = await transformers[index].FromStoredAsync(key, stored, cancellationToken).ConfigureAwait(false);
                return (plain, isStale || index > 0);
            }
            catch (Exception exception) when (exception is not (CryptographicException or OperationCanceledException))
            {
                throw new StoreException(StoreErrorCode.Unavailable, $"{key} cannot be decrypted now: {exception.Message}", exception);
            }
            catch (CryptographicException exception)
            {
                throw new StoreException(StoreErrorCode.Corrupt, $"{key} does not decrypt: it was changed, or moved here from another key, or its key is not the one of that name.", exception);
            }
        }

        throw new StoreException(
            StoreErrorCode.Corrupt,
            stored.Span.StartsWith(AnyPrefix)
                ? $"{key} is encrypted by a provider or key that the encryption configuration does not have; add it after the first."
                : $"{key} is stored in plain text, which the encryption configuration does not allow; add the provider identity after the others.");
    }
}
