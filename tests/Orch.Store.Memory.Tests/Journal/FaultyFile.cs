using Orch.Store.Memory.Journal;

namespace Orch.Store.Memory.Tests.Journal;

/// <summary>A real file whose operations fail when told to.</summary>
internal sealed class FaultyFile(IJournalFile file, FaultyFile.Faults faults) : IJournalFile
{
    public void Write(ReadOnlySpan<byte> data, long offset)
    {
        if (faults.Write)
        {
            file.Write(data[..(data.Length / 2)], offset);
            throw new IOException("No space left on device");
        }

        file.Write(data, offset);
    }

    public void Sync()
    {
        if (faults.Sync)
        {
            throw new IOException("Input/output error");
        }

        file.Sync();
    }

    public void SetLength(long length)
    {
        if (faults.Cut)
        {
            throw new IOException("Input/output error");
        }

        file.SetLength(length);
    }

    public void Dispose() => file.Dispose();

    internal sealed class Faults
    {
        public volatile bool Write, Sync, Cut;
    }
}
