using System.Buffers.Binary;

namespace Orch.ApiServer.Schema;

/// <summary>The properties of one object type, found by UTF-8 name without allocating.</summary>
internal sealed class ObjectSchema
{
    private readonly PropertySchema?[] _table;
    private readonly Dictionary<string, PropertySchema> _byName;

    public ObjectSchema(string definitionName, string goType, Type? modelType, string mapType, IReadOnlyList<PropertySchema> properties)
    {
        DefinitionName = definitionName;
        GoType = goType;
        ModelType = modelType;
        MapType = mapType;
        Properties = properties;
        _byName = properties.ToDictionary(item => item.Name, StringComparer.Ordinal);
        _table = new PropertySchema?[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, properties.Count * 2))];
        foreach (var property in properties)
        {
            var slot = Hash(property.Utf8Name) & (_table.Length - 1);
            while (_table[slot] is not null) { slot = (slot + 1) & (_table.Length - 1); }
            _table[slot] = property;
        }
    }

    /// <summary>Such as <c>io.k8s.api.core.v1.PodSpec</c>.</summary>
    public string DefinitionName { get; }

    /// <summary>Such as <c>v1.PodSpec</c>, as Go's decoder names it in messages.</summary>
    public string GoType { get; }

    /// <summary>The last part of the name: <c>PodSpec</c>.</summary>
    public string ShortName => GoType[(GoType.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>Null for a type without a model.</summary>
    public Type? ModelType { get; }

    /// <summary><c>atomic</c> or empty.</summary>
    public string MapType { get; }

    public IReadOnlyList<PropertySchema> Properties { get; }

    /// <summary>Properties that upstream has and the models lack: no fault of whoever sends them, and not kept.</summary>
    /// <remarks>All are of features that upstream has switched off, and drops likewise.</remarks>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Whether a name that is no property is that of one which is dropped.</summary>
    public bool Drops(ReadOnlySpan<byte> utf8Name)
    {
        foreach (var name in Dropped)
        {
            if (utf8Name.SequenceEqual(System.Text.Encoding.UTF8.GetBytes(name))) { return true; }
        }

        return false;
    }

    public PropertySchema? Find(string name) => _byName.GetValueOrDefault(name);

    public PropertySchema? Find(ReadOnlySpan<byte> utf8Name)
    {
        var slot = Hash(utf8Name) & (_table.Length - 1);
        while (_table[slot] is { } property)
        {
            if (utf8Name.SequenceEqual(property.Utf8Name)) { return property; }
            slot = (slot + 1) & (_table.Length - 1);
        }

        return null;
    }

    private static int Hash(ReadOnlySpan<byte> name)
    {
        if (name.Length < 4) { return name.Length == 0 ? 0 : (name[0] * 31) + (name[^1] * 7) + name.Length; }
        var head = BinaryPrimitives.ReadUInt32LittleEndian(name);
        var tail = BinaryPrimitives.ReadUInt32LittleEndian(name[^4..]);
        var hash = ((head * 0x9E3779B1u) ^ (tail * 0x85EBCA6Bu)) + (uint)name.Length;
        return (int)((hash ^ (hash >> 15)) & 0x7FFFFFFF);
    }
}
