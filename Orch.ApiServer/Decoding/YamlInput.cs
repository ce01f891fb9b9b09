using System.Globalization;
using Orch.ApiServer.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orch.ApiServer.Decoding;

/// <summary>Turns the first document of a YAML stream into JSON, with the readings of sigs.k8s.io/yaml (YAML 1.1).</summary>
internal sealed class YamlInput
{
    // What aliases may add, counted in nodes: enough for any manifest, too little for a bomb.
    private const int MaxAliasedNodes = 100_000;
    private const int MaxDepth = 200;
    private readonly Dictionary<AnchorName, (object? Value, int Nodes)> _anchors = [];
    private readonly IParser _parser;
    private readonly List<string> _faults;
    private int _aliasedNodes;
    private int _depth;

    private YamlInput(IParser parser, List<string> faults)
    {
        _parser = parser;
        _faults = faults;
    }

    /// <param name="yaml">UTF-8.</param>
    /// <param name="faults">Takes a text for keys that stand twice.</param>
    /// <exception cref="FormatException">It is not YAML, or expands without measure.</exception>
    public static byte[] ToJson(ReadOnlyMemory<byte> yaml, List<string> faults)
    {
        using var reader = new StreamReader(new MemoryStream(yaml.ToArray(), writable: false));
        var duplicates = new List<string>();
        object? value;
        try
        {
            value = new YamlInput(new Parser(reader), duplicates).ReadDocument();
        }
        catch (YamlException exception)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"yaml: line {exception.Start.Line}: {exception.Message}"), exception);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IndexOutOfRangeException or OverflowException)
        {
            // Faults of the parser on hostile input.
            throw new FormatException($"yaml: {exception.Message}", exception);
        }

        if (duplicates.Count > 0) { faults.Add("yaml: unmarshal errors:\n" + string.Join('\n', duplicates)); }
        return JsonTree.Write(value);
    }

    private object? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) { return null; }
        return ReadNode().Value;
    }

    private (object? Value, int Nodes) ReadNode()
    {
        if (++_depth > MaxDepth) { throw new FormatException("yaml: exceeded max depth"); }
        try
        {
            if (_parser.TryConsume<AnchorAlias>(out var alias)) { return Follow(alias); }
            if (_parser.TryConsume<Scalar>(out var scalar)) { return Keep(scalar.Anchor, (YamlScalars.Resolve(scalar), 1)); }
            if (_parser.TryConsume<SequenceStart>(out var sequence)) { return Keep(sequence.Anchor, ReadSequence()); }
            if (_parser.TryConsume<MappingStart>(out var mapping)) { return Keep(mapping.Anchor, ReadMapping()); }
            throw new FormatException("yaml: did not find a node");
        }
        finally
        {
            _depth--;
        }
    }

    private (object?, int) Follow(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target)) { throw new FormatException($"yaml: unknown anchor '{alias.Value}' referenced"); }
        _aliasedNodes += target.Nodes;
        if (_aliasedNodes > MaxAliasedNodes) { throw new FormatException("yaml: document contains excessive aliasing"); }
        return (JsonTree.Copy(target.Value), target.Nodes);
    }

    private (object?, int) Keep(AnchorName anchor, (object? Value, int Nodes) node)
    {
        if (!anchor.IsEmpty) { _anchors[anchor] = node; }
        return node;
    }

    private (object?, int) ReadSequence()
    {
        var list = new JsonList();
        var nodes = 1;
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            var (item, count) = ReadNode();
            list.Add(item);
            nodes += count;
        }

        return (list, nodes);
    }

    private (object?, int) ReadMapping()
    {
        var map = new JsonMap();
        var merged = new List<JsonMap>();
        var nodes = 1;
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var line = _parser.Current!.Start.Line;
            var isMerge = _parser.Current is Scalar { Value: "<<", Style: ScalarStyle.Plain };
            var key = KeyText(ReadNode().Value);
            var (value, count) = ReadNode();
            nodes += count + 1;
            if (isMerge) { AddMerged(value, merged); continue; }
            if (map.ContainsKey(key)) { _faults.Add(string.Create(CultureInfo.InvariantCulture, $"  line {line}: key \"{key}\" already set in map")); }
            map[key] = value;
        }

        foreach (var other in merged)
        {
            foreach (var (key, value) in other) { map.TryAdd(key, value); }
        }

        return (map, nodes);
    }

    private static void AddMerged(object? value, List<JsonMap> merged)
    {
        switch (value)
        {
            case JsonMap map: merged.Add(map); break;
            case JsonList list when list.TrueForAll(static item => item is JsonMap): merged.AddRange(list.Cast<JsonMap>()); break;
            default: throw new FormatException("yaml: map merge requires map or sequence of maps as the value");
        }
    }

    private static string KeyText(object? key) => key switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        JsonNumber number => number.Text,
        null => "null",
        _ => throw new FormatException("unsupported map key of type: map or sequence"),
    };
}
