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
        var seen = new Dictionary<string, bool>(StringComparer.Ordinal);
        for (var index = 0; index < list.Count; index++)
        {
            var key = isMap ? KeyedList.KeyOf(list[index], schema) : CanonicalText.Of(list[index]);
            if (key is null || seen.TryAdd(key, false)) { continue; }
            // Of several twins only the first is told.
            if (seen[key]) { continue; }
            seen[key] = true;
            errors.Duplicate(FieldPath.Of(Element(path, index)), SchemaValues.Shown(isMap ? Keys((JsonMap)list[index]!, schema) : list[index]));
        }
    }

    private static JsonMap Keys(JsonMap item, SchemaNode schema)
    {
        var keys = new JsonMap();
        foreach (var name in schema.ListMapKeys) { if (item.TryGetValue(name, out var value)) { keys[name] = value; } }
        return keys;
    }

    private static string Element(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
}
