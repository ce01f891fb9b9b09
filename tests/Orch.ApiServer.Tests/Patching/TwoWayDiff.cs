using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Patching;

/// <summary>Computes the strategic merge patch that leads from one object to another, the way clients such as kubectl do.</summary>
internal static class TwoWayDiff
{
    public static JsonMap Between(JsonMap from, JsonMap to, ValueSchema? schema, bool retainsKeys = false)
    {
        var patch = new JsonMap();
        foreach (var (key, value) in to)
        {
            if (!from.TryGetValue(key, out var old)) { patch[key] = JsonTree.Copy(value); AddOrder(patch, key, value, PatchSchema.Of(schema, key)); continue; }
            if (JsonTree.Equals(old, value)) { continue; }
            AddChange(patch, key, old, value, PatchSchema.Of(schema, key));
        }

        foreach (var key in from.Keys.Where(key => !to.ContainsKey(key))) { patch[key] = null; }
        if (retainsKeys && patch.Count > 0) { patch[Directives.RetainKeys] = new JsonList(to.Keys); }
        return patch;
    }

    private static void AddChange(JsonMap patch, string key, object? old, object? value, PatchSchema place)
    {
        switch (old, value)
        {
            case (JsonMap left, JsonMap right) when place.Facts.PatchStrategy != "replace":
                patch[key] = Between(left, right, place.Value, place.Facts.RetainsKeys);
                break;
            case (JsonList left, JsonList right) when place.Facts.Merges && (right.Count > 0 || place.Facts.MergeKey.Length == 0):
                AddList(patch, key, left, right, place);
                break;
            case (JsonList, JsonList { Count: 0 }) when place.Facts.Merges && place.Facts.MergeKey.Length > 0:
                patch[key] = new JsonList { new JsonMap { [Directives.Patch] = "replace" } };
                break;
            default: patch[key] = JsonTree.Copy(value); break;
        }
    }

    private static void AddList(JsonMap patch, string key, JsonList left, JsonList right, PatchSchema place)
    {
        var mergeKey = place.Facts.MergeKey;
        AddOrder(patch, key, right, place);
        if (mergeKey.Length == 0)
        {
            var added = new JsonList(right.Where(item => !left.Contains(item)));
            var gone = new JsonList(left.Where(item => !right.Contains(item)));
            if (added.Count > 0) { patch[key] = added; }
            if (gone.Count > 0) { patch[Directives.DeleteFromPrimitiveList + key] = gone; }
            return;
        }

        var changes = new JsonList();
        foreach (var item in right.Cast<JsonMap>())
        {
            var match = left.Cast<JsonMap>().FirstOrDefault(other => Equals(other[mergeKey], item[mergeKey]));
            if (match is null) { changes.Add(JsonTree.Copy(item)); continue; }
            var change = Between(match, item, place.Value?.Element, place.Facts.RetainsKeys);
            if (change.Count == 0) { continue; }
            change[mergeKey] = item[mergeKey];
            changes.Add(change);
        }

        foreach (var item in left.Cast<JsonMap>().Where(item => !right.Cast<JsonMap>().Any(other => Equals(other[mergeKey], item[mergeKey]))))
        {
            changes.Add(new JsonMap { [Directives.Patch] = "delete", [mergeKey] = item[mergeKey] });
        }

        if (changes.Count > 0) { patch[key] = changes; }
    }

    private static void AddOrder(JsonMap patch, string key, object? value, PatchSchema place)
    {
        if (!place.Facts.Merges || value is not JsonList { Count: > 0 } list) { return; }
        var mergeKey = place.Facts.MergeKey;
        patch[Directives.SetElementOrder + key] = mergeKey.Length == 0
            ? new JsonList(list)
            : new JsonList(list.Cast<JsonMap>().Select(item => new JsonMap { [mergeKey] = item[mergeKey] }));
    }
}
