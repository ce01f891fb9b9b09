using System.Text;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>The items of a list of type <c>map</c>, found by their keys.</summary>
internal sealed class KeyedList
{
    private readonly SchemaNode _schema;
    private readonly Dictionary<string, object?> _items = new(StringComparer.Ordinal);

    public KeyedList(JsonList list, SchemaNode schema)
    {
        _schema = schema;
        foreach (var item in list) { if (KeyOf(item, schema) is { } key) { _items.TryAdd(key, item); } }
    }

    /// <summary>The item with the same keys, or null.</summary>
    public object? Find(object? item) => KeyOf(item, _schema) is { } key ? _items.GetValueOrDefault(key) : null;

    /// <summary>A text that items with equal keys share; null where the item is no object or has no key.</summary>
    public static string? KeyOf(object? item, SchemaNode schema)
    {
        if (item is not JsonMap map) { return null; }
        if (schema.ListMapKeys.Count == 1) { return map.GetValueOrDefault(schema.ListMapKeys[0]) is { } value and not (JsonMap or JsonList) ? CanonicalText.Of(value) : null; }
        var text = new StringBuilder();
        foreach (var name in schema.ListMapKeys)
        {
            var part = CanonicalText.Of(map.GetValueOrDefault(name));
            text.Append(part.Length).Append(':').Append(part);
        }

        return text.ToString();
    }
}
