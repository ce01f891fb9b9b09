namespace Orch.Store.Memory.Journal;

/// <summary>The file operations that durability hangs on, apart so that a test can make them fail.</summary>
internal interface IJournalFile : IDisposable
{
    void Write(ReadOnlySpan<byte> data, long offset);

    /// <summary>Returns once all that was written is on disk.</summary>
    void Sync();

    void SetLength(long length);
}
