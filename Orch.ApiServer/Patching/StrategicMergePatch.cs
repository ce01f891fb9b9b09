using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Patching;

/// <summary>Kubernetes' own merge patch: lists marked so are merged item by item, by key.</summary>
/// <remarks>
/// Semantics of apimachinery's <c>strategicpatch.StrategicMergeMapPatch</c>. Both arguments are changed in place; the outcome may share with both.
/// </remarks>
internal static class StrategicMergePatch
{
    /// <exception cref="PatchFault">400 or 422: malformed, or against the schema.</exception>
    public static JsonMap Apply(JsonMap original, JsonMap patch, ValueSchema? schema)
    {
        if (patch.TryGetValue(Directives.Patch, out var directive)) { return Direct(directive, patch); }
        Retain(original, patch);
        Order(original, patch, schema);
        foreach (var (key, change) in patch)
        {
            var isDeletion = key.StartsWith(Directives.DeletePrefix, StringComparison.Ordinal);
            if (isDeletion && !key.StartsWith(Directives.DeleteFromPrimitiveList, StringComparison.Ordinal)) { throw PatchFault.Malformed("invalid patch format of primitive list"); }
            var field = isDeletion ? key[Directives.DeleteFromPrimitiveList.Length..] : key;
            ApplyField(original, field, change, isDeletion, schema);
        }

        return original;
    }

    private static void ApplyField(JsonMap original, string field, object? change, bool isDeletion, ValueSchema? schema)
    {
        if (change is null) { original.Remove(field); return; }
        var current = original.GetValueOrDefault(field);
        if (isDeletion)
        {
            // What is no list, on either side, is passed over.
            if (change is JsonList deletions && current is JsonList values) { original[field] = MergedLists.Without(values, deletions); }
            return;
        }

        switch (current, change)
        {
            case (JsonMap map, JsonMap changes):
                var place = PatchSchema.Of(schema, field);
                original[field] = place.Facts.PatchStrategy == "replace" ? Directives.Strip(changes) : Apply(map, changes, place.Value);
                break;
            case (JsonList list, JsonList items):
                original[field] = MergeList(list, items, PatchSchema.Of(schema, field), field);
                break;
            default:
                if (Directives.IsDelete(change) && current is null) { break; }
                original[field] = Directives.Strip(change);
                break;
        }
    }

    private static JsonList MergeList(JsonList original, JsonList patch, PatchSchema place, string field)
        => place.Facts.Merges ? MergedLists.Merge(original, patch, place, field) : patch;

    private static JsonMap Direct(object? directive, JsonMap patch)
    {
        switch (directive)
        {
            case "replace":
                patch.Remove(Directives.Patch);
                return patch;
            case "delete": return [];
            default: throw PatchFault.Failed($"unknown patch type: {GoText.Show(directive)} in map: {GoText.Show(patch)}");
        }
    }

    private static void Retain(JsonMap original, JsonMap patch)
    {
        if (!patch.Remove(Directives.RetainKeys, out var value)) { return; }
        if (value is not JsonList list) { throw PatchFault.Malformed("invalid patch format of retainKeys"); }
        var kept = list.OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (key, item) in patch)
        {
            if (item is null || kept.Contains(key) || key.StartsWith(Directives.DeletePrefix, StringComparison.Ordinal) || key.StartsWith(Directives.OrderPrefix, StringComparison.Ordinal)) { continue; }
            throw PatchFault.Malformed("invalid patch format of retainKeys");
        }

        for (var index = original.Count - 1; index >= 0; index--)
        {
            if (!kept.Contains(original.GetAt(index).Key)) { original.RemoveAt(index); }
        }
    }

    // Lists with an order given are merged here, and taken out of the patch.
    private static void Order(JsonMap original, JsonMap patch, ValueSchema? schema)
    {
        List<(string Key, object? Value)>? orders = null;
        foreach (var (key, value) in patch)
        {
            if (key.StartsWith(Directives.OrderPrefix, StringComparison.Ordinal)) { (orders ??= []).Add((key, value)); }
        }

        foreach (var (key, value) in orders ?? [])
        {
            patch.Remove(key);
            if (value is not JsonList order) { throw PatchFault.Failed($"expected a []interface {{}}, but received a {GoText.GoTypeOf(value)}"); }
            if (!key.StartsWith(Directives.SetElementOrder, StringComparison.Ordinal)) { throw PatchFault.Malformed("invalid patch format of setElementOrder list"); }
            var field = key[Directives.SetElementOrder.Length..];
            var current = ListOf(original, field);
            var changes = ListOf(patch, field);
            if (current is null && changes is null) { continue; }
            var place = PatchSchema.Of(schema, field);
            if (changes is not null) { MergedLists.CheckOrder(changes, order, place.Facts.MergeKey); }
            var serverOrder = current is null ? new JsonList() : new JsonList(current);
            var merged = (current, changes) switch
            {
                (not null, null) => current,
                (null, not null) => (JsonList)Directives.Strip(changes)!,
                _ => MergeList(current!, changes!, place, field),
            };
            original[field] = MergedLists.Arrange(merged, order, serverOrder, place.Facts.MergeKey);
            patch.Remove(field);
        }
    }

    private static JsonList? ListOf(JsonMap map, string field)
    {
        if (!map.TryGetValue(field, out var value)) { return null; }
        return value as JsonList ?? throw PatchFault.Failed($"expected a []interface {{}}, but received a {GoText.GoTypeOf(value)}");
    }
}
