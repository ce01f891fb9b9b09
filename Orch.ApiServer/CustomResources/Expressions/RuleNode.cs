using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.Cel;

namespace Orch.ApiServer.CustomResources.Expressions;

/// <summary>The rules of one place of a schema and of those below it; places without any are left out.</summary>
internal sealed class RuleNode
{
    private RuleNode(SchemaNode schema, CelType type, IReadOnlyList<CompiledRule> rules)
    {
        Schema = schema;
        Type = type;
        Rules = rules;
    }

    public SchemaNode Schema { get; }

    /// <summary>What expressions see here.</summary>
    public CelType Type { get; }

    public IReadOnlyList<CompiledRule> Rules { get; }

    public Dictionary<string, RuleNode> Properties { get; } = new(StringComparer.Ordinal);

    public RuleNode? Items { get; private set; }

    public RuleNode? Additional { get; private set; }

    /// <summary>Compiles the rules of a schema; null when it has none.</summary>
    /// <param name="isResource">It is that of a whole resource.</param>
    public static RuleNode? Compile(SchemaNode schema, bool isResource)
    {
        if (!schema.HasRulesWithin) { return null; }
        var type = SchemaType.Of(schema, isResource);
        var node = new RuleNode(schema, type, [.. schema.Rules.Select(rule => CompiledRule.Compile(rule, schema.Source, type))]);
        foreach (var (name, property) in schema.Properties) { if (Compile(property, isResource: false) is { } below) { node.Properties[name] = below; } }
        node.Items = schema.Items is { } items ? Compile(items, isResource: false) : null;
        node.Additional = schema.Additional is { } additional ? Compile(additional, isResource: false) : null;
        return node;
    }
}
