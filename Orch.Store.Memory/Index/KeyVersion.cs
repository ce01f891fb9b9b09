using Orch.Storage;

namespace Orch.Store.Memory.Index;

/// <summary>What a key held from one revision on.</summary>
/// <remarks>Immutable but for <see cref="Older"/>, which compaction cuts while readers may be walking it; they check afterwards.</remarks>
internal sealed class KeyVersion(long revision, StoreEntry? entry, KeyVersion? older)
{
    private KeyVersion? _older = older;

    public long Revision { get; } = revision;

    /// <summary>Null: deleted at that revision.</summary>
    public StoreEntry? Entry { get; } = entry;

    public KeyVersion? Older => Volatile.Read(ref _older);

    public void ForgetOlder() => Volatile.Write(ref _older, null);
}
