using System.Collections.ObjectModel;

namespace Orch.Security;

/// <summary>A service that keeps the keys which protect stored objects and never hands them out: it wraps and unwraps others.</summary>
/// <remarks>
/// As upstream's KMS v2 plugins. The API server encrypts objects itself, with a seed that it makes and has wrapped here; the wrapped seed is
/// stored beside each object. Members are safe for concurrent use, and fail by any exception: the read or write fails then.
/// </remarks>
public interface IKeyManagement
{
    /// <summary>The name by which the encryption configuration refers to it.</summary>
    string Name { get; }

    /// <summary>Names the key that <see cref="WrapAsync"/> uses now; when it changes, what was wrapped by another is stale and gets rewritten on its next write.</summary>
    /// <remarks>Asked at most once a minute.</remarks>
    ValueTask<string> CurrentKeyIdAsync(CancellationToken cancellationToken);

    /// <summary>Wraps a secret of at most 64 bytes.</summary>
    ValueTask<WrappedSecret> WrapAsync(ReadOnlyMemory<byte> secret, CancellationToken cancellationToken);

    /// <summary>Gives back what was wrapped, by this or an earlier key.</summary>
    ValueTask<ReadOnlyMemory<byte>> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken);
}

/// <summary>A secret that only its key management can read.</summary>
/// <param name="KeyId">Which key wrapped it; not secret, at most 1 KiB.</param>
/// <param name="Ciphertext">At most 1 KiB.</param>
public sealed record WrappedSecret(string KeyId, ReadOnlyMemory<byte> Ciphertext)
{
    /// <summary>What the service wants to be given again with the ciphertext, by names such as <c>version.example.com</c>; not secret, at most 32 KiB, usually empty.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Annotations { get; init; } = ReadOnlyDictionary<string, ReadOnlyMemory<byte>>.Empty;
}
