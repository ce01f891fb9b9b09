using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>The fields that an object sets.</summary>
/// <remarks>As structured-merge-diff's <c>ToFieldSet</c>: leaves, items of lists, keys of maps; not the structs on the way.</remarks>
internal static class TreeFields
{
    /// <summary>The set.</summary>
    public static FieldSet Of(object? value, MergeType type) => Below(value, type, out _);

    private static FieldSet Below(object? value, MergeType type, out bool isLeaf)
    {
        isLeaf = false;
        switch (TreeItems.FormOf(type, value))
        {
            case TreeForm.Map when !type.Map!.IsAtomic: return value is JsonMap map ? OfMap(map, type.Map) : FieldSet.Empty;
            case TreeForm.List when !type.List!.IsAtomic: return value is JsonList list ? OfList(list, type.List) : FieldSet.Empty;
            default:
                isLeaf = true;
                return FieldSet.Empty;
        }
    }

    private static FieldSet OfMap(JsonMap map, MergeMap type)
    {
        var nodes = new List<FieldNode>(map.Count);
        foreach (var (name, item) in map)
        {
            var field = type.Find(name);
            var children = Below(item, field?.Type ?? type.Element ?? MergeType.Free, out var isLeaf);
            var isMember = isLeaf || item is null or JsonMap { Count: 0 } || field is null;
            if (isMember || !children.IsEmpty) { nodes.Add(new FieldNode(field?.Element ?? PathElement.OfField(name), isMember, children)); }
        }

        return FieldSet.Of(nodes);
    }

    private static FieldSet OfList(JsonList list, MergeList type)
    {
        var seen = new Dictionary<byte[], int>(ElementComparer.Instance);
        var nodes = new List<FieldNode>(list.Count);
        foreach (var item in list)
        {
            if (TreeItems.ElementOf(type, item).Element is not { } element) { continue; }
            if (seen.TryGetValue(element, out var index))
            {
                // An item that stands twice is owned as a whole.
                nodes[index] = new FieldNode(element, true, FieldSet.Empty);
                continue;
            }

            seen.Add(element, nodes.Count);
            nodes.Add(new FieldNode(element, true, Below(item, type.Element, out _)));
        }

        return FieldSet.Of(nodes);
    }
}
