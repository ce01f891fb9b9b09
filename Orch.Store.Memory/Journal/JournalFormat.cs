namespace Orch.Store.Memory.Journal;

/// <summary>The layout of a journal segment on disk, little endian.</summary>
/// <remarks>
/// <para>Segment header: magic (8), first revision (8), salt (8), CRC-32C of these (4).</para>
/// <para>Then frames, each written with one write and one fsync, and only after the one before is on disk: magic (4), body length (4),
/// sequence from 1 (8), CRC-32C of salt, length, sequence and body (4), body.</para>
/// <para>The body is commits: revision (8), writes (4), and per write key length (4), value length or -1 for a deletion (4), key, value.
/// An empty body seals a segment that was closed in order.</para>
/// <para>Because a frame follows only on a synced one, a broken frame with a good later one behind it is damage; with none it is the torn
/// end of a write that nobody was told about. The salt keeps a value that looks like a frame from being taken for one.</para>
/// </remarks>
internal static class JournalFormat
{
    public const int HeaderBytes = 28;
    public const int FrameBytes = 20;
    public const int CommitBytes = 12;
    public const int WriteBytes = 8;
    public const int Deletion = -1;
    public const uint FrameMagic = 0x4652_4A4F;

    public static ReadOnlySpan<byte> Magic => "ORCHJRN1"u8;
}
