using System.Globalization;
using System.Text;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>The plainest account of what merging means: an object is a table of paths and values, and a merge lays one table over the other.</summary>
internal static class NaiveMerge
{
    /// <summary>Each leaf's path as messages show it, with its value; the order of lists is left out.</summary>
    public static SortedDictionary<string, string> Flatten(object? value, MergeType type)
    {
        var table = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(value, type, string.Empty, table);
        return table;
    }

    /// <summary>What one object laid over another comes to.</summary>
    public static SortedDictionary<string, string> Merge(SortedDictionary<string, string> live, SortedDictionary<string, string> applied)
    {
        var merged = new SortedDictionary<string, string>(live, StringComparer.Ordinal);
        foreach (var (path, value) in applied) { merged[path] = value; }
        return merged;
    }

    private static void Flatten(object? value, MergeType type, string path, SortedDictionary<string, string> table)
    {
        switch (value)
        {
            // What has lost its last part.
            case null: break;
            case JsonMap map when type.Map is { IsAtomic: false } fields:
                foreach (var (name, item) in map) { Flatten(item, fields.Find(name)?.Type ?? fields.Element!, $"{path}.{name}", table); }
                break;
            case JsonList list when type.List is { IsAtomic: false, Keys.Length: 0 }:
                foreach (var item in list) { table[$"{path}[={Text(item)}]"] = string.Empty; }
                break;
            case JsonList list when type.List is { IsAtomic: false } keyed:
                foreach (var item in list)
                {
                    var keys = keyed.Keys.Select(key => $"{key.Name}={(((JsonMap)item!).TryGetValue(key.Name, out var given) ? Text(given) : Encoding.UTF8.GetString(key.Default!))}");
                    Flatten(item, keyed.Element, $"{path}[{string.Join(',', keys)}]", table);
                }

                break;
            default:
                table[path] = Text(value);
                break;
        }
    }

    private static string Text(object? value) => value is string text ? string.Create(CultureInfo.InvariantCulture, $"\"{text}\"") : Encoding.UTF8.GetString(JsonTree.Write(value));
}
