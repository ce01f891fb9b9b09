using System.Globalization;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Sets have no element twice, map lists no keys.</summary>
internal static class ListTypeRules
{
    /// <summary>Adds a fault for every element that was there before it.</summary>
    public static void Check(object? value, SchemaNode? schema, FieldErrors errors) => Visit(value, schema, string.Empty, errors);

    private static void Visit(object? value, SchemaNode? schema, string path, FieldErrors errors)
    {
        if (schema is not { HasKeyedListsWithin: true }) { return; }
        switch (value)
        {
            case JsonMap map:
                foreach (var (name, item) in map)
                {
                    Visit(item, schema.Properties.GetValueOrDefault(name) ?? schema.Additional, path.Length == 0 ? name : schema.Properties.ContainsKey(name) ? $"{path}.{name}" : $"{path}[{name}]", errors);
                }

                break;
            case JsonList list:
                if (schema.ListType is "set" or "map") { FindTwins(list, schema, path, errors); }
                for (var index = 0; index < list.Count; index++) { Visit(list[index], schema.Items, Element(path, index), errors); }
                break;
        }
    }

    private static void FindTwins(JsonList list, SchemaNode schema, string path, FieldErrors errors)
    {
        var isMap = schema.ListType == "map";
        if (isMap && list.FindIndex(static item => item is not (null or JsonMap)) is >= 0 and var wrong)
        {
            errors.Invalid(FieldPath.Of(Element(path, wrong)), SchemaValues.Shown(list[wrong]), "must be an object for an array of list-type map");
            return;
        }

        var seen = new Dictionary<string, bool>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            var key = isMap ? KeyText(list[index] as JsonMap, schema) : CanonicalText.Of(list[index]);
            if (seen.TryAdd(key, false)) { continue; }
            // Of several twins only the first is told.
            if (seen[key]) { continue; }
            seen[key] = true;
            errors.Duplicate(FieldPath.Of(Element(path, index)), SchemaValues.Shown(isMap ? Keys(list[index] as JsonMap, schema) : list[index]));
        }
    }

    private static string KeyText(JsonMap? item, SchemaNode schema)
    {
        if (schema.ListMapKeys.Count != 1) { return CanonicalText.Of(Keys(item, schema)); }
        return item is not null && item.TryGetValue(schema.ListMapKeys[0], out var value) ? CanonicalText.Of(value) : "absent";
    }

    // Without the keys that the item does not have: one that is absent is another than one that is null.
    private static JsonMap Keys(JsonMap? item, SchemaNode schema)
    {
        var keys = new JsonMap();
        foreach (var name in schema.ListMapKeys) { if (item is not null && item.TryGetValue(name, out var value)) { keys[name] = value; } }
        return keys;
    }

    private static string Element(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
