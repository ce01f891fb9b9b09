using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>Takes fields out of an object.</summary>
/// <remarks>As structured-merge-diff's <c>RemoveItems</c>: what loses its last item becomes null. The outcome shares parts with the object, which stays as it is.</remarks>
internal static class TreeRemoval
{
    /// <summary>The object without the fields of a set.</summary>
    public static object? Remove(object? value, MergeType type, FieldSet fields)
    {
        if (fields.IsEmpty) { return value; }
        switch (TreeItems.FormOf(type, value))
        {
            case TreeForm.Map: return value is JsonMap { Count: > 0 } map && !type.Map!.IsAtomic ? FromMap(map, type.Map, fields) : null;
            case TreeForm.List: return value is JsonList { Count: > 0 } list && !type.List!.IsAtomic ? FromList(list, type.List, fields) : null;
            default: return value;
        }
    }

    private static JsonMap? FromMap(JsonMap map, MergeMap type, FieldSet fields)
    {
        var kept = new JsonMap();
        foreach (var (name, item) in map)
        {
            var node = fields.Find(type.Find(name)?.Element ?? PathElement.OfField(name));
            if (node is { IsMember: true }) { continue; }
            kept.Add(name, node is { Children: { IsEmpty: false } below } ? Remove(item, TreeItems.FieldOf(type, name) ?? MergeType.Free, below) : item);
        }

        return kept.Count == 0 ? null : kept;
    }

    private static JsonList? FromList(JsonList list, MergeList type, FieldSet fields)
    {
        var kept = new JsonList();
        foreach (var item in list)
        {
            if (TreeItems.ElementOf(type, item).Element is not { } element) { kept.Add(item); continue; }
            var node = fields.Find(element);
            if (node is { IsMember: true }) { continue; }
            kept.Add(node is { Children: { IsEmpty: false } below } ? Remove(item, type.Element, below) : item);
        }

        return kept.Count == 0 ? null : kept;
    }
}
