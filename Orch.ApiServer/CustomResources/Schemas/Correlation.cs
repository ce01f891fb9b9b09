using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>What of a changed object is as it was, as far as its schema says what stood where.</summary>
/// <remarks>
/// As apiserver's correlated objects: items of map lists are found by their keys, those of any other list not at all; what the schema does not name is never
/// taken to be the same. Each part is compared once.
/// </remarks>
internal sealed class Correlation
{
    private readonly Dictionary<object, bool> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<JsonList, KeyedList> _lists = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether a value is as it was.</summary>
    public bool IsSame(object? value, object? old, SchemaNode schema)
    {
        if (value is null || old is null) { return value is null && old is null; }
        if (value is not (JsonMap or JsonList)) { return JsonTree.Equals(value, old); }
        if (_known.TryGetValue(value, out var known)) { return known; }
        return _known[value] = (value, old) switch
        {
            (JsonMap map, JsonMap before) => IsSameMap(map, before, schema),
            (JsonList list, JsonList before) => IsSameList(list, before, schema),
            _ => false,
        };
    }

    /// <summary>The item that an item of a list was before; null where that cannot be said.</summary>
    public object? TwinOf(JsonList list, int index, JsonList old, SchemaNode schema)
    {
        if (schema.ListType != "map") { return null; }
        if (!_lists.TryGetValue(list, out var keyed)) { _lists[list] = keyed = new KeyedList(old, schema); }
        return keyed.Find(list[index]);
    }

    private bool IsSameMap(JsonMap map, JsonMap old, SchemaNode schema)
    {
        if (map.Count != old.Count) { return false; }
        foreach (var (name, item) in map)
        {
            if (!old.TryGetValue(name, out var before)) { return false; }
            if ((schema.Properties.GetValueOrDefault(name) ?? schema.Additional) is not { } below || !IsSame(item, before, below)) { return false; }
        }

        return true;
    }

    private bool IsSameList(JsonList list, JsonList old, SchemaNode schema)
    {
        if (list.Count != old.Count) { return false; }
        for (var index = 0; index < list.Count; index++)
        {
            var twin = TwinOf(list, index, old, schema);
            if (twin is null || schema.Items is null) { return schema.ListType != "map" && JsonTree.Equals(list, old); }
            if (!IsSame(list[index], twin, schema.Items)) { return false; }
        }

        return true;
    }
}
