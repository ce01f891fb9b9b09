using System.Buffers.Binary;
using System.Text;

namespace Orch.ApiServer.Apply;

/// <summary>How maps at a place merge; a struct is a map with declared fields.</summary>
internal sealed class MergeMap
{
    private readonly MergeField?[] _table;
    private readonly Func<MergeType>? _source;
    private MergeType? _element;

    /// <param name="element">Type of the keys that are not declared, called once; null: there are none.</param>
    /// <param name="isAtomic">Whether the map is replaced, and owned, as a whole.</param>
    public MergeMap(IReadOnlyList<MergeField> fields, Func<MergeType>? element, bool isAtomic)
    {
        _source = element;
        IsAtomic = isAtomic;
        Fields = fields;
        _table = new MergeField?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, fields.Count * 2))];
        foreach (var field in fields)
        {
            var slot = Hash(field.Utf8Name) & (_table.Length - 1);
            while (_table[slot] is not null) { slot = (slot + 1) & (_table.Length - 1); }
            _table[slot] = field;
        }
    }

    public bool IsAtomic { get; }

    public IReadOnlyList<MergeField> Fields { get; }

    /// <summary>Of keys that are not declared; null: they are refused.</summary>
    public MergeType? Element => _source is null ? null : _element ??= _source();

    /// <summary>A declared field.</summary>
    public MergeField? Find(ReadOnlySpan<byte> name)
    {
        var slot = Hash(name) & (_table.Length - 1);
        while (_table[slot] is { } field)
        {
            if (name.SequenceEqual(field.Utf8Name)) { return field; }
            slot = (slot + 1) & (_table.Length - 1);
        }

        return null;
    }

    /// <summary>A declared field.</summary>
    public MergeField? Find(string name) => Fields.Count == 0 ? null : Find(Encoding.UTF8.GetBytes(name));

    private static int Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length < 4) { return name.Length == 0 ? 0 : (name[0] * 31) + (name[^1] * 7) + name.Length; }
        var head = BinaryPrimitives.ReadUInt32LittleEndian(name);
        var tail = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
        var hash = ((head * 0x9E3779B1u) ^ (tail * 0x85EBCA6Bu)) + (uint)name.Length;
        return (int)((hash ^ (hash >> 15)) & 0x7FFFFFFF);
    }
}
