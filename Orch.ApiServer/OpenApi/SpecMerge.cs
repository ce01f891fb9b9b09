using Orch.ApiServer.Json;

namespace Orch.ApiServer.OpenApi;

/// <summary>Joins OpenAPI v2 documents of several servers into one.</summary>
/// <remarks>
/// A path that both have stays the first one's. Definitions and parameters of one name that say the same are one; others get a number at their end, here and wherever they are
/// referred to, as upstream's aggregator does it.
/// </remarks>
internal static class SpecMerge
{
    private const string Definitions = "definitions";
    private const string Kinds = "x-kubernetes-group-version-kind";
    private const string Parameters = "parameters";
    private static readonly string[] Shared = [Definitions, Parameters];

    /// <summary>What of a document is below a path, with the definitions and parameters that it needs.</summary>
    public static JsonMap Filter(JsonMap document, string prefix) => Pick(document, path => path.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Adds what another document has and the first has not; the other one is left as it is.</summary>
    public static void Add(JsonMap into, JsonMap other)
    {
        var paths = Part(into, "paths");
        other = Pick(other, path => !paths.ContainsKey(path));
        var renames = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in Shared) { Rename(into, other, section, renames); }
        foreach (var section in Shared)
        {
            if (other.GetValueOrDefault(section) is not JsonMap items) { continue; }
            var target = Part(into, section);
            foreach (var (name, item) in items)
            {
                var wanted = renames.TryGetValue(Reference(section, name), out var renamed) ? renamed[Reference(section, string.Empty).Length..] : name;
                if (!target.ContainsKey(wanted)) { target[wanted] = Copy(item, renames); }
                else if (section == Definitions && target[wanted] is JsonMap there) { JoinKinds(there, item as JsonMap); }
            }
        }

        if (other.GetValueOrDefault("paths") is not JsonMap added) { return; }
        foreach (var (path, item) in added) { paths[path] = Copy(item, renames); }
    }

    private static string Reference(string section, string name) => $"#/{section}/{name}";

    private static JsonMap Part(JsonMap document, string name)
    {
        if (document.GetValueOrDefault(name) is JsonMap part) { return part; }
        document[name] = part = [];
        return part;
    }

    private static JsonMap Pick(JsonMap document, Func<string, bool> isWanted)
    {
        var result = new JsonMap();
        var paths = new JsonMap();
        foreach (var (path, item) in document.GetValueOrDefault("paths") as JsonMap ?? []) { if (isWanted(path)) { paths[path] = item; } }
        var used = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<object?>([paths]);
        while (open.TryDequeue(out var value))
        {
            foreach (var reference in ReferencesIn(value))
            {
                if (used.Add(reference)) { open.Enqueue(Find(document, reference)); }
            }
        }

        foreach (var (name, value) in document)
        {
            if (name == "paths") { result[name] = paths; continue; }
            if (!Shared.Contains(name) || value is not JsonMap items) { result[name] = value; continue; }
            var kept = new JsonMap();
            foreach (var (key, item) in items) { if (used.Contains(Reference(name, key))) { kept[key] = item; } }
            result[name] = kept;
        }

        return result;
    }

    private static object? Find(JsonMap document, string reference)
    {
        var section = Shared.FirstOrDefault(section => reference.StartsWith(Reference(section, string.Empty), StringComparison.Ordinal));
        return section is null ? null : (document.GetValueOrDefault(section) as JsonMap)?.GetValueOrDefault(reference[Reference(section, string.Empty).Length..]);
    }

    // Depth is bound by the reader of the document.
    private static IEnumerable<string> ReferencesIn(object? value)
    {
        var open = new Stack<object?>([value]);
        while (open.TryPop(out var item))
        {
            if (item is JsonList list) { foreach (var element in list) { open.Push(element); } }
            if (item is not JsonMap map) { continue; }
            foreach (var (key, element) in map)
            {
                if (key == "$ref" && element is string reference) { yield return reference; }
                else { open.Push(element); }
            }
        }
    }

    private static void Rename(JsonMap into, JsonMap other, string section, Dictionary<string, string> renames)
    {
        if (other.GetValueOrDefault(section) is not JsonMap items || into.GetValueOrDefault(section) is not JsonMap known) { return; }
        var taken = new HashSet<string>(items.Keys, StringComparer.Ordinal);
        foreach (var (name, item) in items)
        {
            if (!known.TryGetValue(name, out var there) || Same(there, item)) { continue; }
            for (var number = 2; ; number++)
            {
                var wanted = $"{name}_v{number}";
                if (taken.Contains(wanted) || (known.TryGetValue(wanted, out var other2) && !Same(other2, item))) { continue; }
                renames[Reference(section, name)] = Reference(section, wanted);
                taken.Add(wanted);
                break;
            }
        }
    }

    private static bool Same(object? one, object? other)
        => one is JsonMap first && other is JsonMap second && (first.ContainsKey(Kinds) || second.ContainsKey(Kinds)) ? JsonTree.Equals(WithoutKinds(first), WithoutKinds(second)) : JsonTree.Equals(one, other);

    private static JsonMap WithoutKinds(JsonMap map)
    {
        var result = new JsonMap();
        foreach (var (key, value) in map) { if (key != Kinds) { result[key] = value; } }
        return result;
    }

    // Options and the like are of many groups.
    private static void JoinKinds(JsonMap into, JsonMap? other)
    {
        if (other?.GetValueOrDefault(Kinds) is not JsonList kinds) { return; }
        if (into.GetValueOrDefault(Kinds) is not JsonList known) { into[Kinds] = known = []; }
        foreach (var kind in kinds) { if (!known.Exists(item => JsonTree.Equals(item, kind))) { known.Add(JsonTree.Copy(kind)); } }
    }

    private static object? Copy(object? value, Dictionary<string, string> renames)
    {
        switch (value)
        {
            case JsonMap map:
                var copy = new JsonMap();
                foreach (var (key, item) in map) { copy[key] = key == "$ref" && item is string reference ? renames.GetValueOrDefault(reference, reference) : Copy(item, renames); }
                return copy;
            case JsonList list: return new JsonList(list.Select(item => Copy(item, renames)));
            default: return value;
        }
    }
}
