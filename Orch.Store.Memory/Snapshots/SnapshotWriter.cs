using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Orch.Storage;

namespace Orch.Store.Memory.Snapshots;

/// <summary>Writes entries in key order as a self-contained snapshot.</summary>
internal static class SnapshotWriter
{
    private const int BufferBytes = 256 << 10;

    public static async Task WriteAsync(Stream destination, long revision, IReadOnlyList<StoreEntry> entries, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(BufferBytes + SnapshotFormat.EntryBytes);
        var crc = Crc32C.Start;
        buffer.Write(SnapshotFormat.Magic);
        WriteInt64(buffer, revision);
        WriteInt64(buffer, entries.Count);
        for (var i = 0; i < entries.Count; i++)
        {
            WriteEntry(buffer, entries[i]);
            if (buffer.WrittenCount >= BufferBytes)
            {
                crc = Crc32C.Add(crc, buffer.WrittenSpan);
                await destination.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
                buffer.ResetWrittenCount();
            }
        }

        crc = Crc32C.Add(crc, buffer.WrittenSpan);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), Crc32C.Finish(crc));
        buffer.Advance(sizeof(uint));
        await destination.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static void WriteEntry(ArrayBufferWriter<byte> buffer, StoreEntry entry)
    {
        var head = buffer.GetSpan(SnapshotFormat.EntryBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head, entry.Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], entry.Value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], entry.Created.Value);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], entry.Modified.Value);
        BinaryPrimitives.WriteInt64LittleEndian(head[24..], entry.Version);
        buffer.Advance(SnapshotFormat.EntryBytes);
        Encoding.ASCII.GetBytes(entry.Key, buffer);
        buffer.Write(entry.Value.Span);
    }

    private static void WriteInt64(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }
}
