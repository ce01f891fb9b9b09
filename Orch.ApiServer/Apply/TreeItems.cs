using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>What tells apart the items of lists in trees.</summary>
internal static class TreeItems
{
    /// <summary>The step to an item, or why there is none.</summary>
    public static (byte[]? Element, string Fault) ElementOf(MergeList list, object? item)
    {
        if (list.Keys.Length == 0)
        {
            return item switch
            {
                JsonMap => (null, "associative list without keys has an element that's a map type"),
                JsonList => (null, "not supported: associative list with lists as elements"),
                null => (null, "associative list without keys has an element that's an explicit null"),
                _ => (PathElement.OfValue(JsonTree.Write(item)), string.Empty),
            };
        }

        if (item is null) { return (null, "associative list with keys may not have a null element"); }
        if (item is not JsonMap map) { return (null, "associative list with keys may not have non-map elements"); }
        var keys = new JsonMap();
        foreach (var key in list.Keys)
        {
            if (map.TryGetValue(key.Name, out var value)) { keys.Add(key.Name, value); }
            else if (key.Default is { } standard) { keys.Add(key.Name, JsonTree.Read(standard)); }
        }

        if (keys.Count == 0)
        {
            var names = string.Join(' ', list.Keys.Select(static key => $"\"{key.Name}\""));
            return (null, $"associative list with keys has an element that omits all key fields [{names}] (and doesn't have default values for any key fields)");
        }

        return (PathElement.OfKeys(JsonTree.Write(keys)), string.Empty);
    }

    /// <summary>The form that a value takes at a place.</summary>
    public static TreeForm FormOf(MergeType type, object? value) => value switch
    {
        JsonMap when type.Map is not null => TreeForm.Map,
        JsonList when type.List is not null => TreeForm.List,
        not (null or JsonMap or JsonList) when type.Scalar != ScalarKind.None => TreeForm.Scalar,
        _ => type.Map is not null ? TreeForm.Map : type.Scalar != ScalarKind.None ? TreeForm.Scalar : TreeForm.List,
    };

    /// <summary>The type of a map's field; null for one that is not declared where it must be.</summary>
    public static MergeType? FieldOf(MergeMap map, string name) => map.Find(name)?.Type ?? map.Element;
}

/// <summary>What a value is merged as.</summary>
internal enum TreeForm
{
    Scalar,
    Map,
    List,
}
