using k8s.Models;

namespace Orch.ApiServer.Apply;

/// <summary>A manager while an apply is settled.</summary>
internal sealed class FieldOwner(V1ManagedFieldsEntry entry, FieldSet fields)
{
    private readonly FieldSet _before = fields;

    /// <summary>As it was, or will be but for the set and the time.</summary>
    public V1ManagedFieldsEntry Entry { get; } = entry;

    /// <summary>What it owns.</summary>
    public FieldSet Fields { get; set; } = fields;

    /// <summary>When it last took something; set by an apply.</summary>
    public DateTime? Time { get; set; } = entry.Time;

    /// <summary>The entry to store.</summary>
    public V1ManagedFieldsEntry ToEntry(FieldsPool pool)
    {
        var isUnchanged = ReferenceEquals(Fields, _before) && Time == Entry.Time && !ManagedEntries.BytesOf(Entry).IsEmpty;
        if (isUnchanged) { return Entry; }
        using var buffer = new ByteBuffer(2048);
        FieldsV1.Write(buffer, Fields);
        return Entry with { FieldsV1 = pool.Share(buffer.Written), Time = Time };
    }
}
