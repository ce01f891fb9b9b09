using Orch.ApiServer.Json;

namespace Orch.ApiServer.CustomResources.Schemas;

/// <summary>One place of a custom resource's schema, compiled: what may stand there, what is filled in, what is checked.</summary>
/// <remarks>Made once per revision of a definition and never changed then; shared by all requests.</remarks>
internal sealed class SchemaNode
{
    /// <summary>Nothing is known and everything is kept.</summary>
    public static SchemaNode Anything { get; } = new() { PreservesUnknown = true };

    /// <summary><c>object</c>, <c>array</c>, <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>; empty for any.</summary>
    public string Type { get; init; } = string.Empty;

    public bool IsNullable { get; init; }

    public bool IsIntOrString { get; init; }

    /// <summary>Fields that no property names are kept.</summary>
    public bool PreservesUnknown { get; init; }

    /// <summary>The object has its own <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</summary>
    public bool IsEmbeddedResource { get; init; }

    /// <summary>In the order of the definition.</summary>
    public OrderedDictionary<string, SchemaNode> Properties { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Of the values of a map; null for none.</summary>
    public SchemaNode? Additional { get; init; }

    /// <summary>Whether the schema says anything of fields without a property, were it <c>additionalProperties: false</c>: then they are not dropped.</summary>
    public bool HasAdditional { get; init; }

    /// <summary><c>additionalProperties: false</c>.</summary>
    public bool ForbidsAdditional { get; init; }

    /// <summary>Of the elements of a list.</summary>
    public SchemaNode? Items { get; init; }

    /// <summary>Whether there is a default; one of null is none.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Shared; copy it before it goes into an object.</summary>
    public object? Default { get; init; }

    /// <summary>Whether there is a default here or anywhere below.</summary>
    public bool HasDefaultsWithin { get; init; }

    /// <summary>Whether an embedded resource stands here or anywhere below.</summary>
    public bool HasEmbeddedWithin { get; init; }

    /// <summary>Whether a set or a map list stands here or anywhere below.</summary>
    public bool HasKeyedListsWithin { get; init; }

    /// <summary><c>atomic</c>, <c>set</c>, <c>map</c> or empty.</summary>
    public string ListType { get; init; } = string.Empty;

    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary><c>atomic</c>, <c>granular</c> or empty.</summary>
    public string MapType { get; init; } = string.Empty;

    public string Format { get; init; } = string.Empty;

    public GoPattern? Pattern { get; init; }

    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    public bool ExcludesMinimum { get; init; }

    public bool ExcludesMaximum { get; init; }

    public double? MultipleOf { get; init; }

    public long? MinLength { get; init; }

    public long? MaxLength { get; init; }

    public long? MinItems { get; init; }

    public long? MaxItems { get; init; }

    public bool HasUniqueItems { get; init; }

    public long? MinProperties { get; init; }

    public long? MaxProperties { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Null: any value.</summary>
    public IReadOnlyList<object?>? Enum { get; init; }

    public IReadOnlyList<SchemaNode> AllOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> AnyOf { get; init; } = [];

    public IReadOnlyList<SchemaNode> OneOf { get; init; } = [];

    public SchemaNode? Not { get; init; }

    /// <summary>The entries of <c>x-kubernetes-validations</c>.</summary>
    public IReadOnlyList<JsonMap> Rules { get; init; } = [];

    /// <summary>Whether there is a rule here or anywhere below.</summary>
    public bool HasRulesWithin { get; init; }

    /// <summary>As the definition has it; never changed.</summary>
    public JsonMap Source { get; init; } = [];
}
