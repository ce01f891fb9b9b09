using System.Text.Json.Nodes;
using Orch.Client;

namespace Orch.Testing.Fakes;

/// <summary>Patches as far as a fake needs them: RFC 6902, RFC 7386, and strategic merge with the usual merge keys.</summary>
public static class FakePatches
{
    private static readonly Dictionary<string, string[]> MergeKeys = new(StringComparer.Ordinal)
    {
        ["conditions"] = ["type"],
        ["addresses"] = ["type", "ip"],
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["env"] = ["name"],
        ["volumes"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["ports"] = ["containerPort", "port"],
        ["ownerReferences"] = ["uid"],
        ["imagePullSecrets"] = ["name"],
        ["secrets"] = ["name"],
        ["podIPs"] = ["ip"],
        ["hostIPs"] = ["ip"],
    };

    private static readonly HashSet<string> MergedPrimitives = new(StringComparer.Ordinal) { "finalizers", "podCIDRs" };

    public static JsonObject Apply(JsonObject target, ResourcePatch patch)
    {
        JsonNode body;
        try
        {
            body = JsonNode.Parse(patch.Body.Span) ?? throw ApiErrors.BadRequest("an empty patch");
        }
        catch (System.Text.Json.JsonException exception)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {exception.Message}");
        }

        return patch.Kind switch
        {
            PatchKind.Json => ApplyOperations(target, body.AsArray()),
            PatchKind.Merge => (JsonObject)Merge(target.DeepClone(), body, strategic: false)!,
            _ => (JsonObject)Merge(target.DeepClone(), body, strategic: true)!,
        };
    }

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch, bool strategic)
    {
        if (patch is not JsonObject changes) { return patch?.DeepClone(); }
        var result = target as JsonObject ?? [];
        if (strategic && changes["$patch"]?.GetValue<string>() == "replace")
        {
            var replaced = (JsonObject)changes.DeepClone();
            replaced.Remove("$patch");
            return replaced;
        }

        foreach (var (name, value) in changes)
        {
            if (strategic && name.StartsWith("$deleteFromPrimitiveList/", StringComparison.Ordinal)) { RemovePrimitives(result, name, value); }
            else if (strategic && name.StartsWith('$')) { continue; }
            else if (value is null) { result.Remove(name); }
            else if (strategic && value is JsonArray items && result[name] is JsonArray existing) { result[name] = MergeList(name, existing, items); }
            else { result[name] = Merge(Detach(result, name), value, strategic); }
        }

        return result;
    }

    private static JsonNode? Detach(JsonObject parent, string name)
    {
        var child = parent[name];
        if (child is not null) { parent.Remove(name); }
        return child;
    }

    private static void RemovePrimitives(JsonObject result, string directive, JsonNode? values)
    {
        var name = directive[(directive.IndexOf('/', StringComparison.Ordinal) + 1)..];
        if (result[name] is not JsonArray list || values is not JsonArray removed) { return; }
        foreach (var value in removed)
        {
            for (var index = list.Count - 1; index >= 0; index--)
            {
                if (JsonNode.DeepEquals(list[index], value)) { list.RemoveAt(index); }
            }
        }
    }

    private static JsonArray MergeList(string name, JsonArray existing, JsonArray items)
    {
        var merged = (JsonArray)existing.DeepClone();
        if (MergedPrimitives.Contains(name))
        {
            foreach (var item in items.Where(item => !merged.Any(other => JsonNode.DeepEquals(other, item)))) { merged.Add(item?.DeepClone()); }
            return merged;
        }

        if (!MergeKeys.TryGetValue(name, out var candidates)) { return (JsonArray)items.DeepClone(); }
        foreach (var item in items.OfType<JsonObject>())
        {
            var key = candidates.FirstOrDefault(item.ContainsKey);
            if (key is null) { return (JsonArray)items.DeepClone(); }
            var index = -1;
            for (var position = 0; position < merged.Count; position++)
            {
                if (JsonNode.DeepEquals(merged[position]?[key], item[key])) { index = position; }
            }

            if (item["$patch"]?.GetValue<string>() == "delete")
            {
                if (index >= 0) { merged.RemoveAt(index); }
            }
            else if (index < 0) { merged.Add(item.DeepClone()); }
            else { merged[index] = Merge(merged[index]!.DeepClone(), item, strategic: true); }
        }

        return merged;
    }

    private static JsonObject ApplyOperations(JsonObject target, JsonArray operations)
    {
        JsonNode? document = target.DeepClone();
        foreach (var operation in operations.OfType<JsonObject>())
        {
            var path = Pointer(operation["path"]!.GetValue<string>());
            switch (operation["op"]!.GetValue<string>())
            {
                case "add": document = Add(document, path, operation["value"]?.DeepClone()); break;
                case "remove": Remove(document, path); break;
                case "replace":
                    if (path.Length > 0) { Remove(document, path); }
                    document = Add(document, path, operation["value"]?.DeepClone());
                    break;
                case "move":
                    var from = Pointer(operation["from"]!.GetValue<string>());
                    var moved = Find(document, from)?.DeepClone();
                    Remove(document, from);
                    document = Add(document, path, moved);
                    break;
                case "copy": document = Add(document, path, Find(document, Pointer(operation["from"]!.GetValue<string>()))?.DeepClone()); break;
                case "test":
                    if (!JsonNode.DeepEquals(Find(document, path), operation["value"]))
                    {
                        throw Invalid($"testing value {operation["path"]} failed");
                    }

                    break;
                default: throw ApiErrors.BadRequest($"Unexpected kind: {operation["op"]}");
            }
        }

        return document as JsonObject ?? throw Invalid("the patched document is not an object");
    }

    private static string[] Pointer(string path) => path.Length == 0 ? []
        : [.. path.Split('/').Skip(1).Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(part, out var child) => child,
                JsonArray list when int.TryParse(part, out var index) && index >= 0 && index < list.Count => list[index],
                _ => throw Invalid($"the path \"{part}\" does not exist"),
            };
        }

        return node;
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0) { return value; }
        switch (Find(document, path.AsSpan(..^1)))
        {
            case JsonObject map: map[path[^1]] = value; break;
            case JsonArray list when path[^1] == "-": list.Add(value); break;
            case JsonArray list when int.TryParse(path[^1], out var index) && index <= list.Count: list.Insert(index, value); break;
            default: throw Invalid($"cannot add at \"{path[^1]}\"");
        }

        return document;
    }

    private static void Remove(JsonNode? document, string[] path)
    {
        Find(document, path);
        switch (Find(document, path.AsSpan(..^1)))
        {
            case JsonObject map: map.Remove(path[^1]); break;
            case JsonArray list: list.RemoveAt(int.Parse(path[^1], System.Globalization.CultureInfo.InvariantCulture)); break;
        }
    }

    private static ApiException Invalid(string message)
        => ApiErrors.Of(422, StatusReasons.Invalid, $"the server rejected our request due to an error in our request: {message}");
}
