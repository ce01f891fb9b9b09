using k8s.Models;

namespace Orch.ApiServer.Schema;

/// <summary>Reads <c>facts.txt</c>; its head describes the form.</summary>
internal static class SchemaFacts
{
    private const string Extensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

    /// <summary>By model type.</summary>
    public static IReadOnlyDictionary<Type, TypeFacts> Load()
    {
        using var stream = typeof(SchemaFacts).Assembly.GetManifestResourceStream("Orch.ApiServer.Schema.facts.txt")
            ?? throw new InvalidOperationException("The resource Schema/facts.txt is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var types = new Dictionary<Type, TypeFacts>();
        var package = string.Empty;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') { continue; }
            if (line[0] == '[') { package = line[1..^1]; continue; }
            var (name, facts) = ParseType(package, line);
            if (ModelOf(package, name) is { } model) { types.Add(model, facts); }
        }

        return types;
    }

    // Models whose names would clash carry their group in front: Corev1Event, Eventsv1Event.
    private static Type? ModelOf(string package, string name)
    {
        var assembly = typeof(V1Pod).Assembly;
        var parts = package.Split('.');
        var version = parts[^1];
        if (version == "version") { return name == "Info" ? typeof(VersionInfo) : null; }
        var group = parts[^2];
        return assembly.GetType($"k8s.Models.{char.ToUpperInvariant(group[0])}{group[1..]}{version}{name}")
            ?? assembly.GetType($"k8s.Models.{char.ToUpperInvariant(version[0])}{version[1..]}{name}");
    }

    private static (string Name, TypeFacts Facts) ParseType(string package, string line)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        var name = colon < 0 ? line : line[..colon];
        var mapType = string.Empty;
        var properties = new Dictionary<string, PropertyFacts>(StringComparer.Ordinal);
        foreach (var item in colon < 0 ? [] : line[(colon + 2)..].Split("; "))
        {
            if (item[0] == '@') { mapType = item[1..]; continue; }
            var words = item.Split(' ');
            var facts = new PropertyFacts { Required = words[0].EndsWith('!') };
            foreach (var word in words.AsSpan(1)) { facts = Add(facts, word); }
            properties.Add(words[0].TrimEnd('!'), facts);
        }

        return (name, new TypeFacts($"{package}.{name}", mapType, properties));
    }

    private static PropertyFacts Add(PropertyFacts facts, string word)
    {
        var open = word.IndexOf('(', StringComparison.Ordinal);
        var verb = open < 0 ? word : word[..open];
        var argument = open < 0 ? string.Empty : word[(open + 1)..^1];
        return verb switch
        {
            "merge" or "merge+retainKeys" or "retainKeys" or "replace" => facts with { PatchStrategy = verb.Replace('+', ','), MergeKey = argument },
            "atomic" or "set" => facts with { ListType = verb },
            "map" => facts with { ListType = verb, ListMapKeys = argument.Split(',') },
            "atomicMap" => facts with { MapType = "atomic" },
            "granularMap" => facts with { MapType = "granular" },
            "micro" => facts with { IsMicroTime = true },
            "raw" => facts with { FreeDefinition = "io.k8s.apimachinery.pkg.runtime.RawExtension" },
            "fields" => facts with { FreeDefinition = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1" },
            "json" => facts with { FreeDefinition = Extensions + "JSON" },
            "go" => facts with { GoType = argument },
            _ when verb[0] == '=' => facts with { FreeDefinition = Extensions + verb[1..] },
            _ => throw new InvalidOperationException($"facts.txt has the unknown word {word}."),
        };
    }
}
