using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Orch.Store.Memory.History;
using Orch.Store.Memory.Snapshots;

namespace Orch.Store.Memory.Journal;

/// <summary>Encodes commits into one frame.</summary>
internal sealed class FrameBuffer
{
    private const int KeptBytes = 1 << 20;

    private ArrayBufferWriter<byte> _buffer = NewBuffer();

    public int BodyBytes => _buffer.WrittenCount - JournalFormat.FrameBytes;

    public void Add(CommitRecord record)
    {
        var events = record.Batch.Events;
        var head = _buffer.GetSpan(JournalFormat.CommitBytes);
        BinaryPrimitives.WriteInt64LittleEndian(head, record.Revision);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], events.Count);
        _buffer.Advance(JournalFormat.CommitBytes);
        for (var i = 0; i < events.Count; i++)
        {
            var (key, entry) = (events[i].Key, events[i].Entry);
            head = _buffer.GetSpan(JournalFormat.WriteBytes);
            BinaryPrimitives.WriteInt32LittleEndian(head, key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head[4..], entry?.Value.Length ?? JournalFormat.Deletion);
            _buffer.Advance(JournalFormat.WriteBytes);
            Encoding.ASCII.GetBytes(key, _buffer);
            if (entry is not null)
            {
                _buffer.Write(entry.Value.Span);
            }
        }
    }

    /// <summary>Fills in the frame's header.</summary>
    public ReadOnlySpan<byte> Seal(long sequence, uint seed)
    {
        var frame = System.Runtime.InteropServices.MemoryMarshal.AsMemory(_buffer.WrittenMemory).Span;
        BinaryPrimitives.WriteUInt32LittleEndian(frame, JournalFormat.FrameMagic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], BodyBytes);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[16..], Checksum(frame, seed));
        return frame;
    }

    public void Clear()
    {
        if (_buffer.Capacity > KeptBytes)
        {
            _buffer = NewBuffer();
            return;
        }

        _buffer.ResetWrittenCount();
        _buffer.Advance(JournalFormat.FrameBytes);
    }

    public static uint Checksum(ReadOnlySpan<byte> frame, uint seed)
        => Crc32C.Finish(Crc32C.Add(Crc32C.Add(seed, frame[4..16]), frame[JournalFormat.FrameBytes..]));

    private static ArrayBufferWriter<byte> NewBuffer()
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        buffer.Advance(JournalFormat.FrameBytes);
        return buffer;
    }
}
