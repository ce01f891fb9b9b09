using System.Globalization;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>Makes schema nodes of the JSON of <c>openAPIV3Schema</c>; what it does not understand it leaves out.</summary>
internal static class SchemaCompiler
{
    /// <summary>Compiles a schema and all below it.</summary>
    public static SchemaNode Compile(JsonMap source)
    {
        var properties = new OrderedDictionary<string, SchemaNode>(StringComparer.Ordinal);
        foreach (var (name, value) in Map(source, "properties"))
        {
            if (value is JsonMap property) { properties[name] = Compile(property); }
        }

        var additional = source.GetValueOrDefault("additionalProperties");
        var additionalNode = additional is JsonMap below ? Compile(below) : null;
        var items = source.GetValueOrDefault("items") is JsonMap element ? Compile(element) : null;
        IEnumerable<SchemaNode> children = properties.Values;
        if (additionalNode is not null) { children = children.Append(additionalNode); }
        if (items is not null) { children = children.Append(items); }
        var all = children.ToList();
        var hasDefault = source.GetValueOrDefault("default") is not null;
        var isEmbedded = Flag(source, "x-kubernetes-embedded-resource");
        var listType = Text(source, "x-kubernetes-list-type");
        List<JsonMap> rules = source.GetValueOrDefault("x-kubernetes-validations") is JsonList given ? [.. given.OfType<JsonMap>()] : [];
        return new SchemaNode
        {
            Source = source,
            Type = Text(source, "type"),
            IsNullable = Flag(source, "nullable"),
            IsIntOrString = Flag(source, "x-kubernetes-int-or-string"),
            PreservesUnknown = Flag(source, "x-kubernetes-preserve-unknown-fields"),
            IsEmbeddedResource = isEmbedded,
            Properties = properties,
            Additional = additionalNode,
            HasAdditional = additional is JsonMap or bool,
            ForbidsAdditional = additional is false,
            Items = items,
            HasDefault = hasDefault,
            Default = source.GetValueOrDefault("default"),
            HasDefaultsWithin = hasDefault || all.Exists(static child => child.HasDefaultsWithin),
            HasEmbeddedWithin = isEmbedded || all.Exists(static child => child.HasEmbeddedWithin),
            HasKeyedListsWithin = listType is "set" or "map" || all.Exists(static child => child.HasKeyedListsWithin),
            Rules = rules,
            HasRulesWithin = rules.Count > 0 || all.Exists(static child => child.HasRulesWithin),
            ListType = listType,
            ListMapKeys = Texts(source, "x-kubernetes-list-map-keys"),
            MapType = Text(source, "x-kubernetes-map-type"),
            Format = Text(source, "format"),
            Pattern = Text(source, "pattern") is { Length: > 0 } pattern ? new GoPattern(pattern) : null,
            Minimum = Number(source, "minimum"),
            Maximum = Number(source, "maximum"),
            ExcludesMinimum = Flag(source, "exclusiveMinimum"),
            ExcludesMaximum = Flag(source, "exclusiveMaximum"),
            MultipleOf = Number(source, "multipleOf"),
            MinLength = Whole(source, "minLength"),
            MaxLength = Whole(source, "maxLength"),
            MinItems = Whole(source, "minItems"),
            MaxItems = Whole(source, "maxItems"),
            HasUniqueItems = Flag(source, "uniqueItems"),
            MinProperties = Whole(source, "minProperties"),
            MaxProperties = Whole(source, "maxProperties"),
            Required = Texts(source, "required"),
            Enum = source.GetValueOrDefault("enum") is JsonList { Count: > 0 } values ? values : null,
            AllOf = Nodes(source, "allOf"),
            AnyOf = Nodes(source, "anyOf"),
            OneOf = Nodes(source, "oneOf"),
            Not = source.GetValueOrDefault("not") is JsonMap not ? Compile(not) : null,
        };
    }

    public static JsonMap Map(JsonMap source, string name) => source.GetValueOrDefault(name) as JsonMap ?? [];

    public static string Text(JsonMap source, string name) => source.GetValueOrDefault(name) as string ?? string.Empty;

    public static bool Flag(JsonMap source, string name) => source.GetValueOrDefault(name) is true;

    public static IReadOnlyList<string> Texts(JsonMap source, string name)
        => source.GetValueOrDefault(name) is JsonList list ? [.. list.OfType<string>()] : [];

    private static List<SchemaNode> Nodes(JsonMap source, string name)
        => source.GetValueOrDefault(name) is JsonList list ? [.. list.OfType<JsonMap>().Select(Compile)] : [];

    private static double? Number(JsonMap source, string name)
        => source.GetValueOrDefault(name) is JsonNumber number && double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Whole(JsonMap source, string name) => Number(source, name) is { } value && Math.Abs(value) < 9e18 ? (long)value : null;
}
