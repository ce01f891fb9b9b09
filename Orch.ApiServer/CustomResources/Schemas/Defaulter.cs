using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Fills in the defaults of a schema.</summary>
/// <remarks>
/// A null where the schema allows none counts as absent: it becomes the default, or goes.
/// https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable
/// </remarks>
internal static class Defaulter
{
    /// <summary>Fills in what is absent, in place.</summary>
    public static void Apply(object? value, SchemaNode? schema)
    {
        if (schema is null) { return; }
        switch (value)
        {
            case JsonMap map:
                RemoveNulls(map, schema);
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.HasDefault && !map.ContainsKey(name)) { map.Add(name, JsonTree.Copy(property.Default)); }
                }

                foreach (var (name, item) in map)
                {
                    if (item is JsonMap or JsonList) { Apply(item, schema.Properties.GetValueOrDefault(name) ?? schema.Additional); }
                }

                break;
            case JsonList list:
                for (var index = 0; index < list.Count; index++)
                {
                    if (list[index] is null && schema.Items is { IsNullable: false, HasDefault: true } element) { list[index] = JsonTree.Copy(element.Default); }
                    if (list[index] is JsonMap or JsonList) { Apply(list[index], schema.Items); }
                }

                break;
        }
    }

    /// <summary>Whether <see cref="Apply"/> would change anything.</summary>
    public static bool WouldChange(object? value, SchemaNode? schema)
    {
        if (schema is null) { return false; }
        switch (value)
        {
            case JsonMap map:
                foreach (var (name, property) in schema.Properties)
                {
                    if (property.HasDefault && !map.ContainsKey(name)) { return true; }
                }

                foreach (var (name, item) in map)
                {
                    if ((schema.Properties.GetValueOrDefault(name) ?? schema.Additional) is not { } below) { continue; }
                    if (item is null && !below.IsNullable) { return true; }
                    if (WouldChange(item, below)) { return true; }
                }

                return false;
            case JsonList list:
                foreach (var item in list)
                {
                    if (item is null ? schema.Items is { IsNullable: false, HasDefault: true } : WouldChange(item, schema.Items)) { return true; }
                }

                return false;
            default: return false;
        }
    }

    private static void RemoveNulls(JsonMap map, SchemaNode schema)
    {
        for (var index = map.Count - 1; index >= 0; index--)
        {
            var (name, item) = map.GetAt(index);
            if (item is not null || (schema.Properties.GetValueOrDefault(name) ?? schema.Additional) is not { IsNullable: false } below) { continue; }
            if (below.HasDefault && ReferenceEquals(below, schema.Additional)) { map.SetAt(index, name, JsonTree.Copy(below.Default)); }
            else { map.RemoveAt(index); }
        }
    }
}
