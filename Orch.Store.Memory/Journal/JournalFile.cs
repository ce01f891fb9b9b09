using Microsoft.Win32.SafeHandles;

namespace Orch.Store.Memory.Journal;

internal sealed class JournalFile(SafeFileHandle handle) : IJournalFile
{
    public static JournalFile Open(string path, FileMode mode) => new(File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.Read));

    public void Write(ReadOnlySpan<byte> data, long offset) => RandomAccess.Write(handle, data, offset);

    public void Sync() => RandomAccess.FlushToDisk(handle);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Dispose() => handle.Dispose();
}
