using System.Buffers.Binary;
using System.Text;
using Orch.Storage;
using Orch.Store.Memory.Snapshots;

namespace Orch.Store.Memory.Journal;

/// <summary>Reads one segment front to back.</summary>
internal sealed class JournalReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;
    private byte[] _frame = new byte[64 << 10];

    public JournalReader(string path)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 256 << 10);
    }

    public long FirstRevision { get; private set; }

    public uint Seed { get; private set; }

    /// <summary>Where the good frames end.</summary>
    public long Offset { get; private set; }

    /// <summary>The number of the last good frame.</summary>
    public long Sequence { get; private set; }

    public long Length => _stream.Length;

    /// <summary>False: the header is not whole.</summary>
    public bool ReadHeader()
    {
        var header = new byte[JournalFormat.HeaderBytes];
        if (_stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
            || !header.AsSpan(0, 8).SequenceEqual(JournalFormat.Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(24)) != Crc32C.Of(header.AsSpan(0, 24)))
        {
            return false;
        }

        FirstRevision = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
        Seed = JournalSegment.SeedOf(header);
        Offset = header.Length;
        return true;
    }

    /// <summary>Gives the body of the next frame, valid until the next call; false at the end of the good frames.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> body)
    {
        body = default;
        var left = _stream.Length - Offset;
        if (left < JournalFormat.FrameBytes)
        {
            return false;
        }

        _stream.ReadExactly(_frame, 0, JournalFormat.FrameBytes);
        var length = BinaryPrimitives.ReadInt32LittleEndian(_frame.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(_frame) != JournalFormat.FrameMagic
            || length < 0
            || length > left - JournalFormat.FrameBytes
            || BinaryPrimitives.ReadInt64LittleEndian(_frame.AsSpan(8)) != Sequence + 1)
        {
            return false;
        }

        var size = JournalFormat.FrameBytes + length;
        if (_frame.Length < size)
        {
            Array.Resize(ref _frame, Math.Max(size, _frame.Length * 2));
        }

        _stream.ReadExactly(_frame, JournalFormat.FrameBytes, length);
        var frame = _frame.AsSpan(0, size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame[16..]) != FrameBuffer.Checksum(frame, Seed))
        {
            return false;
        }

        Offset += size;
        Sequence++;
        body = _frame.AsMemory(JournalFormat.FrameBytes, length);
        return true;
    }

    /// <summary>Whether a good frame lies behind the place where reading ended.</summary>
    public bool HasLaterFrame()
    {
        var rest = new byte[_stream.Length - Offset];
        _stream.Position = Offset;
        _stream.ReadExactly(rest);
        Span<byte> magic = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(magic, JournalFormat.FrameMagic);
        for (var at = 1; at <= rest.Length - JournalFormat.FrameBytes; at++)
        {
            var next = rest.AsSpan(at).IndexOf(magic);
            if (next < 0)
            {
                return false;
            }

            at += next;
            if (IsFrame(rest.AsSpan(at)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the commits of a frame's body; values are copied out of it.</summary>
    public static IEnumerable<(long Revision, StoreWrite[] Writes)> ReadCommits(ReadOnlyMemory<byte> body)
    {
        while (body.Length > 0)
        {
            var revision = BinaryPrimitives.ReadInt64LittleEndian(body.Span);
            var writes = new StoreWrite[BinaryPrimitives.ReadInt32LittleEndian(body.Span[8..])];
            body = body[JournalFormat.CommitBytes..];
            for (var i = 0; i < writes.Length; i++)
            {
                var keyLength = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
                var valueLength = BinaryPrimitives.ReadInt32LittleEndian(body.Span[4..]);
                var data = body[JournalFormat.WriteBytes..];
                var key = Encoding.ASCII.GetString(data.Span[..keyLength]);
                writes[i] = valueLength == JournalFormat.Deletion
                    ? StoreWrite.Delete(key)
                    : StoreWrite.Put(key, data.Slice(keyLength, valueLength).ToArray());
                body = data[(keyLength + Math.Max(valueLength, 0))..];
            }

            yield return (revision, writes);
        }
    }

    public StoreException Corrupt(string what)
        => new(StoreErrorCode.Corrupt, $"The journal {_path} is damaged at offset {Offset}: {what}. Restore the directory from a copy; nothing was changed in it.");

    public void Dispose() => _stream.Dispose();

    private bool IsFrame(ReadOnlySpan<byte> data)
    {
        if (data.Length < JournalFormat.FrameBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(data[4..]);
        return length >= 0
            && length <= data.Length - JournalFormat.FrameBytes
            && BinaryPrimitives.ReadInt64LittleEndian(data[8..]) > Sequence + 1
            && BinaryPrimitives.ReadUInt32LittleEndian(data[16..]) == FrameBuffer.Checksum(data[..(JournalFormat.FrameBytes + length)], Seed);
    }
}
