using System.Buffers.Binary;
using System.Security.Cryptography;
using Orch.Store.Memory.Snapshots;

namespace Orch.Store.Memory.Journal;

/// <summary>The segment that is being appended to.</summary>
internal sealed class JournalSegment : IDisposable
{
    private readonly IJournalFile _file;
    private readonly uint _seed;
    private long _sequence;

    public JournalSegment(IJournalFile file, uint seed, long length, long sequence)
    {
        _file = file;
        _seed = seed;
        Length = length;
        _sequence = sequence;
    }

    /// <summary>Bytes known to be on disk.</summary>
    public long Length { get; private set; }

    /// <summary>Makes an empty segment and syncs its header.</summary>
    public static JournalSegment Create(IJournalFile file, long firstRevision)
    {
        var header = new byte[JournalFormat.HeaderBytes];
        JournalFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), firstRevision);
        RandomNumberGenerator.Fill(header.AsSpan(16, 8));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(24), Crc32C.Of(header.AsSpan(0, 24)));
        file.SetLength(0);
        file.Write(header, 0);
        file.Sync();
        return new JournalSegment(file, SeedOf(header), header.Length, 0);
    }

    public static uint SeedOf(ReadOnlySpan<byte> header) => Crc32C.Add(Crc32C.Start, header.Slice(16, 8));

    /// <summary>Writes without promising anything yet.</summary>
    public int Write(FrameBuffer frame)
    {
        var bytes = frame.Seal(_sequence + 1, _seed);
        _file.Write(bytes, Length);
        return bytes.Length;
    }

    /// <summary>Puts the frame just written on disk, for good.</summary>
    public void Sync(int written)
    {
        _file.Sync();
        Length += written;
        _sequence++;
    }

    /// <summary>Takes back what a failed write left behind.</summary>
    public void CutBack()
    {
        _file.SetLength(Length);
        _file.Sync();
    }

    public void Dispose() => _file.Dispose();
}
