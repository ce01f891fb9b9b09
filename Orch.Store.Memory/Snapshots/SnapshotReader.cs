using System.Buffers.Binary;
using System.Text;
using Orch.Storage;
using Orch.Store.Memory.Index;

namespace Orch.Store.Memory.Snapshots;

/// <summary>Reads a snapshot back and refuses one that is not whole.</summary>
internal sealed class SnapshotReader(Stream source, string name)
{
    private uint _crc = Crc32C.Start;
    private long _offset;

    /// <exception cref="StoreException"><c>Corrupt</c>, naming the source and the offset.</exception>
    public async Task<(KeyIndex Index, long Revision)> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[SnapshotFormat.EntryBytes];
        await FillAsync(head.AsMemory(0, SnapshotFormat.HeaderBytes), cancellationToken).ConfigureAwait(false);
        var revision = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(8));
        var count = BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(16));
        if (!head.AsSpan(0, 8).SequenceEqual(SnapshotFormat.Magic) || revision < 1 || count is < 0 or > int.MaxValue)
        {
            throw Corrupt("it does not begin as a snapshot does");
        }

        // The count is not to be believed before the checksum is: no allocation by it.
        var keys = new List<KeyHistory>();
        for (long i = 0; i < count; i++)
        {
            await FillAsync(head, cancellationToken).ConfigureAwait(false);
            var entry = await ReadEntryAsync(head, cancellationToken).ConfigureAwait(false);
            if (entry.Modified.Value > revision || (keys.Count > 0 && string.CompareOrdinal(keys[^1].Key, entry.Key) >= 0))
            {
                throw Corrupt($"the entry of key '{entry.Key}' is out of order");
            }

            keys.Add(new KeyHistory(entry.Key, new KeyVersion(entry.Modified.Value, entry, null)));
        }

        var expected = Crc32C.Finish(_crc);
        await FillAsync(head.AsMemory(0, sizeof(uint)), cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != expected)
        {
            throw Corrupt("its checksum does not match");
        }

        return (KeyIndex.FromSorted([.. keys]), revision);
    }

    private async ValueTask<StoreEntry> ReadEntryAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(head.Span);
        var valueLength = BinaryPrimitives.ReadInt32LittleEndian(head.Span[4..]);
        var created = BinaryPrimitives.ReadInt64LittleEndian(head.Span[8..]);
        var modified = BinaryPrimitives.ReadInt64LittleEndian(head.Span[16..]);
        var version = BinaryPrimitives.ReadInt64LittleEndian(head.Span[24..]);
        if (keyLength is <= 0 or > StoreLimits.MaxCommitBytes || valueLength is < 0 or > StoreLimits.MaxCommitBytes)
        {
            throw Corrupt("an entry's length is impossible");
        }

        var key = new byte[keyLength];
        var value = valueLength == 0 ? [] : new byte[valueLength];
        await FillAsync(key, cancellationToken).ConfigureAwait(false);
        await FillAsync(value, cancellationToken).ConfigureAwait(false);
        return new StoreEntry(Encoding.ASCII.GetString(key), value, new Revision(created), new Revision(modified), version);
    }

    private async ValueTask FillAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        var read = await source.ReadAtLeastAsync(target, target.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < target.Length)
        {
            throw Corrupt("it ends early");
        }

        _crc = Crc32C.Add(_crc, target.Span);
        _offset += read;
    }

    private StoreException Corrupt(string what)
        => new(StoreErrorCode.Corrupt, $"{name} is not a whole snapshot: at offset {_offset}, {what}.");
}
