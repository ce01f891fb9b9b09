namespace Orch.ApiServer.Encryption;

/// <summary>One way to store values, told from others by how they begin.</summary>
internal interface IValueTransformer
{
    /// <summary>What stored values begin with; empty for plain ones.</summary>
    ReadOnlyMemory<byte> Prefix { get; }

    /// <summary>As it is stored.</summary>
    /// <param name="key">The store's key: a value that is moved to another does not decrypt there.</param>
    ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken);

    /// <summary>As it was given.</summary>
    /// <returns>The value, and whether it would be stored differently now.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was changed, or belongs to another key.</exception>
    ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken);
}
