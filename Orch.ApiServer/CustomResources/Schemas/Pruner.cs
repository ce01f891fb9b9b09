using System.Globalization;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Drops the fields that a schema does not name.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning</remarks>
internal static class Pruner
{
    private const int MaxPaths = 100;

    /// <summary>Prunes the content of an object (without its <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>) in place.</summary>
    /// <param name="unknown">Given, takes the paths of what was dropped, a hundred at most.</param>
    public static void Prune(JsonMap content, SchemaNode schema, List<string>? unknown)
        => new Run(unknown).Visit(content, schema, string.Empty);

    /// <summary>Whether pruning would drop anything.</summary>
    public static bool WouldPrune(object? value, SchemaNode? schema) => WouldPrune(value, schema, schema is { PreservesUnknown: true });

    // What is kept without a schema is not looked at; items of a list that keeps what it does not know keep it too.
    private static bool WouldPrune(object? value, SchemaNode? schema, bool keeps)
    {
        if (schema is null && keeps) { return false; }
        switch (value)
        {
            case JsonMap map:
                foreach (var (name, item) in map)
                {
                    if (schema is null) { return true; }
                    if (schema.IsEmbeddedResource && name is "apiVersion" or "kind" or "metadata") { continue; }
                    if (schema.Properties.TryGetValue(name, out var property)) { if (WouldPrune(item, property)) { return true; } }
                    else if (schema.HasAdditional) { if (WouldPrune(item, schema.Additional)) { return true; } }
                    else if (!keeps) { return true; }
                }

                return false;
            case JsonList list:
                foreach (var item in list) { if (WouldPrune(item, schema?.Items, keeps || schema?.Items is { PreservesUnknown: true })) { return true; } }
                return false;
            default: return false;
        }
    }

    private readonly struct Run(List<string>? unknown)
    {
        public void Visit(object? value, SchemaNode? schema, string path) => Visit(value, schema, schema is { PreservesUnknown: true }, path);

        private void Visit(object? value, SchemaNode? schema, bool keeps, string path)
        {
            if (schema is null && keeps) { return; }
            switch (value)
            {
                case JsonMap map: VisitMap(map, schema, keeps, path); break;
                case JsonList list:
                    for (var index = 0; index < list.Count; index++)
                    {
                        if (list[index] is JsonMap or JsonList) { Visit(list[index], schema?.Items, keeps || schema?.Items is { PreservesUnknown: true }, unknown is null ? path : string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")); }
                    }

                    break;
            }
        }

        private void VisitMap(JsonMap map, SchemaNode? schema, bool keeps, string path)
        {
            for (var index = map.Count - 1; index >= 0; index--)
            {
                var (name, item) = map.GetAt(index);
                if (schema is { IsEmbeddedResource: true } && name is "apiVersion" or "kind" or "metadata") { continue; }
                if (schema is not null && schema.Properties.TryGetValue(name, out var property))
                {
                    if (item is JsonMap or JsonList) { Visit(item, property, Child(path, name)); }
                }
                else if (schema is { HasAdditional: true })
                {
                    if (item is JsonMap or JsonList) { Visit(item, schema.Additional, Child(path, name)); }
                }
                else if (!keeps)
                {
                    map.RemoveAt(index);
                    if (unknown is { Count: < MaxPaths }) { unknown.Add(Child(path, name)); }
                }
            }
        }

        private string Child(string path, string name) => unknown is null ? path : path.Length == 0 ? name : $"{path}.{name}";
    }
}
