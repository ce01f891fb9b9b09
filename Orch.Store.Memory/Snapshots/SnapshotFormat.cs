namespace Orch.Store.Memory.Snapshots;

/// <summary>The constants of a snapshot.</summary>
/// <remarks>
/// Little endian: magic (8 bytes); revision, number of keys (8 bytes each); then per key, in ordinal order: key length (4), value length (4),
/// created, modified, version (8 each), key, value; at the end the CRC-32C of all that precedes (4).
/// </remarks>
internal static class SnapshotFormat
{
    public const int HeaderBytes = 24;
    public const int EntryBytes = 32;

    public static ReadOnlySpan<byte> Magic => "ORCHSNP1"u8;
}
