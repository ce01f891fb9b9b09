using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>Merging, deleting from and ordering of lists in strategic merge patches.</summary>
internal static class MergedLists
{
    /// <summary>Merges a list whose schema says so: primitives as a set, objects by the merge key.</summary>
    public static JsonList Merge(JsonList original, JsonList patch, PatchSchema place, string field)
    {
        if (original.Count == 0 && patch.Count == 0) { return original; }
        CheckItems(original, patch);
        var serverOrder = new JsonList(original);
        var key = place.Facts.MergeKey;
        if (original.Concat(patch).First() is not JsonMap)
        {
            var both = new JsonList();
            var seen = new HashSet<object?>();
            foreach (var item in original.Concat(patch))
            {
                if (seen.Add(item)) { both.Add(item); }
            }

            return Arrange(both, patch, serverOrder, string.Empty);
        }

        if (key.Length == 0) { throw PatchFault.Failed("cannot merge lists without merge key for type struct"); }
        var (kept, changes) = TakeDirectives(original, patch, key);
        return Arrange(MergeItems(kept, changes, key, place), patch, serverOrder, key);
    }

    /// <summary>The list without the named primitives.</summary>
    public static JsonList Without(JsonList list, JsonList deletions)
    {
        var gone = new HashSet<object?>(deletions);
        return new JsonList(list.Where(item => item is JsonMap or JsonList || !gone.Contains(item)));
    }

    /// <summary>Items that the order names in that order, the others where the server had them, as well as both can be kept.</summary>
    public static JsonList Arrange(JsonList items, JsonList order, JsonList serverOrder, string key)
    {
        var wanted = Positions(order, key);
        var served = Positions(serverOrder, key);
        var named = SortedBy(wanted, items.Where(item => wanted.ContainsKey(Identity(item, key))), key);
        var others = SortedBy(served, items.Where(item => !wanted.ContainsKey(Identity(item, key))), key);
        var result = new JsonList();
        var next = 0;
        foreach (var item in named)
        {
            var place = served.GetValueOrDefault(Identity(item, key), -1);
            while (place >= 0 && next < others.Count && served.GetValueOrDefault(Identity(others[next], key), -1) is >= 0 and var other && other < place)
            {
                result.Add(others[next++]);
            }

            result.Add(item);
        }

        result.AddRange(others.Skip(next));
        return result;
    }

    /// <summary>Every item of the patch must stand in the order list, in the same sequence.</summary>
    public static void CheckOrder(JsonList patch, JsonList order, string key)
    {
        if (order.Count == 0 || patch.Count == 0) { return; }
        var positions = Positions(order, key);
        var last = -1;
        foreach (var item in patch)
        {
            if (Directives.IsDelete(item) || (item is JsonMap map && map.ContainsKey(Directives.Patch))) { continue; }
            if (!positions.TryGetValue(Identity(item, key), out var position) || position < last)
            {
                throw PatchFault.Failed($"The order in patch list:\n{GoText.Show(patch)}\n doesn't match $setElementOrder list:\n{GoText.Show(order)}\n");
            }

            last = position;
        }
    }

    private static (JsonList Kept, JsonList Changes) TakeDirectives(JsonList original, JsonList patch, string key)
    {
        var changes = new JsonList();
        var replaces = false;
        HashSet<object>? deleted = null;
        foreach (var item in patch.Cast<JsonMap>())
        {
            if (!item.TryGetValue(Directives.Patch, out var directive)) { changes.Add(item); continue; }
            switch (directive)
            {
                case "replace": replaces = true; break;
                case "delete": (deleted ??= []).Add(KeyOf(item, key)); break;
                case "merge": throw PatchFault.Failed("merging lists cannot yet be specified in the patch");
                default: throw PatchFault.Failed($"unknown patch type: {GoText.Show(directive)} in map: {GoText.Show(item)}");
            }
        }

        if (replaces) { return ([], new JsonList(changes.Select(Directives.Strip))); }
        return (deleted is null ? original : new JsonList(original.Where(item => !deleted.Contains(Identity(item, key)))), changes);
    }

    private static JsonList MergeItems(JsonList original, JsonList changes, string key, PatchSchema place)
    {
        var positions = Positions(original, key);
        foreach (var change in changes.Cast<JsonMap>())
        {
            if (positions.TryGetValue(KeyOf(change, key), out var position))
            {
                original[position] = StrategicMergePatch.Apply((JsonMap)original[position]!, change, place.Value?.Element);
            }
            else
            {
                positions.Add(KeyOf(change, key), original.Count);
                original.Add(Directives.Strip(change));
            }
        }

        return original;
    }

    private static void CheckItems(JsonList original, JsonList patch)
    {
        Type? first = null;
        foreach (var item in original.Concat(patch))
        {
            if (item is JsonList) { throw PatchFault.Inapplicable("lists of lists are not supported"); }
            if (item is null) { throw PatchFault.Failed("nil value in a list that is merged"); }
            first ??= item.GetType();
            if (first != item.GetType()) { throw PatchFault.Failed($"list element types are not identical: [{GoText.Show(original)} {GoText.Show(patch)}]"); }
        }
    }

    private static List<object?> SortedBy(Dictionary<object, int> positions, IEnumerable<object?> items, string key)
        => [.. items.OrderBy(item => positions.GetValueOrDefault(Identity(item, key), int.MaxValue))];

    private static Dictionary<object, int> Positions(JsonList list, string key)
    {
        var positions = new Dictionary<object, int>();
        for (var index = 0; index < list.Count; index++) { positions.TryAdd(Identity(list[index], key), index); }
        return positions;
    }

    // What tells an item apart: the key's value, or the primitive itself. An item without the key is like no other.
    private static object Identity(object? item, string key)
        => item is JsonMap map ? map.GetValueOrDefault(key) is { } value and not (JsonMap or JsonList) ? value : map : item ?? DBNull.Value;

    private static object KeyOf(JsonMap item, string key)
        => item.GetValueOrDefault(key) is { } value and not (JsonMap or JsonList)
            ? value
            : throw PatchFault.Failed($"map: {GoText.Show(item)} does not contain declared merge key: {key}");
}
