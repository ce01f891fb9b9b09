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
        var path = JsonPointer.Parse(Text(operation, "path"));
        switch (Text(operation, "op"))
        {
            case "add": Add(path, JsonTree.Copy(Value(operation))); break;
            case "remove": Remove(path); break;
            case "replace": Replace(path, JsonTree.Copy(Value(operation))); break;
            case "move": Move(JsonPointer.Parse(Text(operation, "from")), path); break;
            case "copy": CopyFrom(JsonPointer.Parse(Text(operation, "from")), path); break;
            case "test": Test(path, operation); break;
            case var other: throw PatchFault.Inapplicable($"Unexpected kind: {other}");
        }
    }

    private void Add(string[] path, object? value)
    {
        if (path.Length + Depth(value) > JsonTree.MaxDepth) { throw PatchFault.Inapplicable("the patched document is too deep"); }
        if (path.Length == 0) { _document = value; return; }
        switch (Parent(path))
        {
            case JsonMap map: map[path[^1]] = value; break;
            case JsonList list when path[^1] == "-": list.Add(value); break;
            case JsonList list when !path[^1].StartsWith('-') && JsonPointer.TryIndex(path[^1], list.Count, out var index) && index <= list.Count: list.Insert(index, value); break;
            default: throw Missing("add", path);
        }
    }

    private object? Remove(string[] path)
    {
        if (path.Length == 0) { throw Missing("remove", path); }
        switch (Parent(path))
        {
            case JsonMap map when map.Remove(path[^1], out var removed): return removed;
            case JsonList list when JsonPointer.TryIndex(path[^1], list.Count, out var index) && index < list.Count:
                var item = list[index];
                list.RemoveAt(index);
                return item;
            default: throw Missing("remove", path);
        }
    }

    private void Replace(string[] path, object? value)
    {
        if (path.Length + Depth(value) > JsonTree.MaxDepth) { throw PatchFault.Inapplicable("the patched document is too deep"); }
        if (path.Length == 0) { _document = value; return; }
        switch (Parent(path))
        {
            case JsonMap map when map.ContainsKey(path[^1]): map[path[^1]] = value; break;
            case JsonList list when JsonPointer.TryIndex(path[^1], list.Count, out var index) && index < list.Count: list[index] = value; break;
            default: throw Missing("replace", path);
        }
    }

    private void Move(string[] from, string[] to)
    {
        if (to.Length > from.Length && to.AsSpan(0, from.Length).SequenceEqual(from)) { throw Missing("move", to); }
        if (to.AsSpan().SequenceEqual(from))
        {
            if (!TryGet(from, out _)) { throw Missing("move", from); }
            return;
        }

        Add(to, Remove(from));
    }

    private void CopyFrom(string[] from, string[] to)
    {
        if (!TryGet(from, out var value)) { throw Missing("copy", from); }
        var copy = JsonTree.Copy(value);
        _copiedBytes += Size(copy);
        if (_copiedBytes > MaxCopiedBytes)
        {
            throw PatchFault.TooLarge(string.Create(CultureInfo.InvariantCulture,
                $"Unable to complete the copy, the accumulated size increase of copy is {_copiedBytes}, exceeding the limit {MaxCopiedBytes}"));
        }

        Add(to, copy);
    }

    private void Test(string[] path, JsonMap operation)
    {
        operation.TryGetValue("value", out var expected);
        // As upstream: an absent value equals null inside a container that exists.
        if (!TryGet(path, out var actual) && (path.Length == 0 || !TryGet(path.AsSpan(0, path.Length - 1), out var parent) || parent is not JsonMap || expected is not null || !operation.ContainsKey("value")))
        {
            throw Missing("test", path);
        }

        if (!operation.ContainsKey("value")) { throw PatchFault.Inapplicable("Unable to decode operation: missing value"); }
        if (!JsonTree.Equals(actual, expected)) { throw PatchFault.FailedTest($"testing value /{string.Join('/', path)} failed: test failed"); }
    }

    private object? Parent(string[] path) => TryGet(path.AsSpan(0, path.Length - 1), out var parent) ? parent : null;

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

    private static PatchFault Missing(string operation, string[] path)
        => PatchFault.Inapplicable($"{operation} operation does not apply: doc is missing path: /{string.Join('/', path)}: missing value");

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
