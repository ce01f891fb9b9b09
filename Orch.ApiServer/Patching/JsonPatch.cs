using System.Globalization;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Patching;

/// <summary>RFC 6902.</summary>
internal sealed class JsonPatch
{
    private const int MaxOperations = 10_000;

    // Upstream's bound on what copy operations may add.
    private const int MaxCopiedBytes = 3 * 1024 * 1024;
    private object? _document;
    private int _copiedBytes;

    private JsonPatch(object? document) => _document = document;

    /// <summary>Applies a patch; the document may be changed in place.</summary>
    /// <exception cref="PatchFault">The first operation that cannot be applied.</exception>
    public static object? Apply(object? document, object? patch)
    {
        if (patch is null) { return document; }
        if (patch is not JsonList operations) { throw PatchFault.Malformed($"json: cannot unmarshal {GoText.TypeOf(patch)} into Go value of type jsonpatch.Patch"); }
        if (operations.Count > MaxOperations)
        {
            throw PatchFault.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}"));
        }

        var run = new JsonPatch(document);
        foreach (var operation in operations)
        {
            if (operation is null) { throw PatchFault.Inapplicable("Unexpected kind: unknown"); }
            if (operation is not JsonMap map) { throw PatchFault.Malformed($"json: cannot unmarshal {GoText.TypeOf(operation)} into Go value of type jsonpatch.Operation"); }
            run.Apply(map);
        }

        return run._document;
    }

    private void Apply(JsonMap operation)
    {
        var path = Text(operation, "path");
        switch (Text(operation, "op"))
        {
            case "add": Add(path, JsonTree.Copy(Value(operation))); break;
            case "remove": Remove(path); break;
            case "replace": Replace(path, JsonTree.Copy(Value(operation))); break;
            case "move": Move(Text(operation, "from"), path); break;
            case "copy": CopyFrom(Text(operation, "from"), path); break;
            case "test": Test(path, operation); break;
            case var other: throw PatchFault.Inapplicable($"Unexpected kind: {other}");
        }
    }

    private void Add(string path, object? value)
    {
        var steps = StepsTo(path, value);
        if (steps.Length == 0) { _document = value; return; }
        var container = Container(steps) ?? throw Missing($"add operation does not apply: doc is missing path: \"{path}\"");
        if (AddTo(container, steps[^1], value) is { } fault) { throw PatchFault.Inapplicable($"error in add for path: '{path}': {fault}"); }
    }

    private void Remove(string path)
    {
        var steps = JsonPointer.Parse(path);
        var container = Container(steps) ?? throw Missing($"remove operation does not apply: doc is missing path: \"{path}\"");
        if (RemoveFrom(container, steps[^1]) is { } fault) { throw PatchFault.Inapplicable($"error in remove for path: '{path}': {fault}"); }
    }

    private void Replace(string path, object? value)
    {
        var steps = StepsTo(path, value);
        if (steps.Length == 0) { _document = value; return; }
        switch (Container(steps))
        {
            // As upstream's library: an entry that is not there yet is made.
            case JsonMap map: map[steps[^1]] = value; break;
            case JsonList list when JsonPointer.TryIndex(steps[^1], list.Count, out var index) && index < list.Count: list[index] = value; break;
            case JsonList: throw Missing($"replace operation does not apply: doc is missing key: {path}");
            default: throw Missing($"replace operation does not apply: doc is missing path: {path}");
        }
    }

    private void Move(string from, string to)
    {
        var (source, target) = (JsonPointer.Parse(from), JsonPointer.Parse(to));
        var container = Container(source) ?? throw Missing($"move operation does not apply: doc is missing from path: {from}");
        if (Get(container, source[^1], out var value) is { } absent) { throw PatchFault.Inapplicable($"error in move for path: '{source[^1]}': {absent}"); }
        if (target.Length > source.Length && target.AsSpan(0, source.Length).SequenceEqual(source)) { throw Missing($"move operation does not apply: doc is missing destination path: {to}"); }
        if (RemoveFrom(container, source[^1]) is { } fault) { throw PatchFault.Inapplicable($"error in move for path: '{source[^1]}': {fault}"); }
        StepsTo(to, value);
        if (target.Length == 0) { _document = value; return; }
        var place = Container(target) ?? throw Missing($"move operation does not apply: doc is missing destination path: {to}");
        if (AddTo(place, target[^1], value) is { } misfit) { throw PatchFault.Inapplicable($"error in move for path: '{to}': {misfit}"); }
    }

    private void CopyFrom(string from, string to)
    {
        if (!TryGet(JsonPointer.Parse(from), out var value)) { throw Missing($"copy operation does not apply: doc is missing from path: {from}"); }
        var copy = JsonTree.Copy(value);
        _copiedBytes += Size(copy);
        if (_copiedBytes > MaxCopiedBytes)
        {
            throw PatchFault.TooLarge(string.Create(CultureInfo.InvariantCulture,
                $"Unable to complete the copy, the accumulated size increase of copy is {_copiedBytes}, exceeding the limit {MaxCopiedBytes}"));
        }

        var steps = StepsTo(to, copy);
        if (steps.Length == 0) { _document = copy; return; }
        var container = Container(steps) ?? throw Missing($"copy operation does not apply: doc is missing destination path: {to}");
        if (AddTo(container, steps[^1], copy) is { } fault) { throw PatchFault.Inapplicable($"error while adding value during copy: {fault}"); }
    }

    private void Test(string path, JsonMap operation)
    {
        var steps = JsonPointer.Parse(path);
        var actual = _document;
        if (steps.Length > 0)
        {
            var container = Container(steps) ?? throw Missing($"test operation does not apply: is missing path: {path}");
            // As upstream: what is absent equals null inside a container that exists.
            if (Get(container, steps[^1], out actual) is { } fault) { throw PatchFault.Inapplicable($"error in test for path: '{path}': {fault}"); }
        }

        if (!operation.TryGetValue("value", out var expected)) { throw PatchFault.Inapplicable("Unable to decode operation: missing value"); }
        if (!JsonTree.Equals(actual, expected)) { throw PatchFault.FailedTest($"testing value {path} failed: test failed"); }
    }

    // What is wrong, in upstream's words, or null.
    private static string? AddTo(object container, string key, object? value)
    {
        if (container is JsonMap map) { map[key] = value; return null; }
        var list = (JsonList)container;
        if (key == "-") { list.Add(value); return null; }
        if (key.StartsWith('-') || !JsonPointer.TryIndex(key, list.Count, out var index) || index > list.Count)
        {
            return int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? IndexFault(key) : $"value was not a proper array index: '{key}': {IndexFault(key)}";
        }

        list.Insert(index, value);
        return null;
    }

    private static string? RemoveFrom(object container, string key)
    {
        if (container is JsonMap map) { return map.Remove(key) ? null : $"Unable to remove nonexistent key: {key}: missing value"; }
        var list = (JsonList)container;
        if (!JsonPointer.TryIndex(key, list.Count, out var index) || index >= list.Count) { return IndexFault(key); }
        list.RemoveAt(index);
        return null;
    }

    private static string? Get(object container, string key, out object? value)
    {
        value = null;
        if (container is JsonMap map)
        {
            map.TryGetValue(key, out value);
            return null;
        }

        var list = (JsonList)container;
        if (!JsonPointer.TryIndex(key, list.Count, out var index) || index >= list.Count) { return IndexFault(key); }
        value = list[index];
        return null;
    }

    private static string IndexFault(string key) => int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
        ? string.Create(CultureInfo.InvariantCulture, $"Unable to access invalid index: {index}: invalid index referenced")
        : $"strconv.Atoi: parsing {Validation.GoText.Quote(key)}: invalid syntax";

    // Null where the path leads nowhere that has parts, and for the whole document, which is in nothing.
    private object? Container(string[] steps) => steps.Length > 0 && TryGet(steps.AsSpan(0, steps.Length - 1), out var parent) && parent is JsonMap or JsonList ? parent : null;

    private static string[] StepsTo(string path, object? value)
    {
        var steps = JsonPointer.Parse(path);
        return steps.Length + Depth(value) > JsonTree.MaxDepth ? throw PatchFault.Inapplicable("the patched document is too deep") : steps;
    }

    private bool TryGet(ReadOnlySpan<string> path, out object? value)
    {
        value = _document;
        foreach (var part in path)
        {
            switch (value)
            {
                case JsonMap map when map.TryGetValue(part, out var child): value = child; break;
                case JsonList list when JsonPointer.TryIndex(part, list.Count, out var index) && index < list.Count: value = list[index]; break;
                default: value = null; return false;
            }
        }

        return true;
    }

    private static string Text(JsonMap operation, string name)
        => operation.GetValueOrDefault(name) as string ?? throw PatchFault.Inapplicable($"Unable to decode operation: missing or wrong {name}");

    private static object? Value(JsonMap operation)
        => operation.TryGetValue("value", out var value) ? value : throw PatchFault.Inapplicable("Unable to decode operation: missing value");

    private static PatchFault Missing(string text) => PatchFault.Inapplicable(text + ": missing value");

    private static int Depth(object? value) => value switch
    {
        JsonMap { Count: > 0 } map => 1 + map.Values.Max(Depth),
        JsonList { Count: > 0 } list => 1 + list.Max(Depth),
        _ => 1,
    };

    private static int Size(object? value) => value switch
    {
        JsonMap map => 2 + map.Sum(static pair => pair.Key.Length + 4 + Size(pair.Value)),
        JsonList list => 2 + list.Sum(static item => 1 + Size(item)),
        string text => text.Length + 2,
        JsonNumber number => number.Text.Length,
        _ => 5,
    };
}
