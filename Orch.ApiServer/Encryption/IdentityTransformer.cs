namespace Orch.ApiServer.Encryption;

/// <summary>Stores values as they are.</summary>
internal sealed class IdentityTransformer : IValueTransformer
{
    /// <inheritdoc />
    public ReadOnlyMemory<byte> Prefix => default;

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>> ToStoredAsync(string key, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken) => new(plain);

    /// <inheritdoc />
    public ValueTask<(ReadOnlyMemory<byte> Plain, bool IsStale)> FromStoredAsync(string key, ReadOnlyMemory<byte> stored, CancellationToken cancellationToken) => new((stored, false));
}
