using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.Resources;

namespace Orch.ApiServer.OpenApi;

/// <summary>Makes the definitions of custom resources from their schemas.</summary>
internal static class CustomDefinition
{
    private static readonly HashSet<string> NotInV2 = ["allOf", "anyOf", "oneOf", "not", "nullable", "default", "x-kubernetes-validations"];

    /// <summary>The group backwards, the version and the kind: <c>com.example.stable.v1.CronTab</c>.</summary>
    public static string NameOf(GroupVersionKind kind) => $"{string.Join('.', kind.Group.Split('.').Reverse())}.{kind.Version}.{kind.Kind}";

    /// <summary>Of objects.</summary>
    /// <param name="metadata">A reference to the definition of metadata.</param>
    /// <param name="textOf">What is said of <c>ApiVersion</c>, <c>Kind</c> and <c>Metadata</c>.</param>
    public static JsonMap Of(CustomResourceDeclaration custom, Dialect dialect, JsonMap metadata, Func<string, string> textOf)
    {
        // In v2, what lets anything pass at its root says nothing at all.
        var isBare = dialect == Dialect.V2 && custom.Schema.PreservesUnknown;
        var definition = isBare ? [] : Shown(custom.Schema.Source, dialect);
        if (!isBare && ReferenceEquals(custom.Schema, SchemaNode.Anything)) { definition["x-kubernetes-preserve-unknown-fields"] = true; }
        definition["type"] = "object";
        if (custom.Schema.Source.Count > 0 && !isBare)
        {
            var properties = definition.GetValueOrDefault("properties") as JsonMap ?? [];
            properties["apiVersion"] = new JsonMap { ["description"] = textOf("ApiVersion"), ["type"] = "string" };
            properties["kind"] = new JsonMap { ["description"] = textOf("Kind"), ["type"] = "string" };
            properties["metadata"] = Described(metadata, textOf("Metadata"), dialect);
            definition["properties"] = properties;
            foreach (var (name, property) in properties)
            {
                if (name is not ("apiVersion" or "kind" or "metadata")) { Embed(property, dialect, metadata, textOf); }
            }
        }

        definition["x-kubernetes-group-version-kind"] = new JsonList { OperationSet.KindOf(custom.Kind.Group, custom.Kind.Version, custom.Kind.Kind) };
        if (custom.SelectableFields.Count > 0) { definition["x-kubernetes-selectable-fields"] = new JsonList(custom.SelectableFields.Keys.Select(static path => new JsonMap { ["fieldPath"] = path })); }
        return definition;
    }

    /// <summary>Of lists.</summary>
    /// <param name="item">A reference to the definition of objects.</param>
    /// <param name="metadata">A reference to the definition of lists' metadata.</param>
    public static JsonMap ListOf(CustomResourceDeclaration custom, Dialect dialect, JsonMap item, JsonMap metadata, Func<string, string> textOf) => new()
    {
        ["description"] = $"{custom.ListKind} is a list of {custom.Kind.Kind}",
        ["properties"] = new JsonMap
        {
            ["apiVersion"] = new JsonMap { ["description"] = textOf("ApiVersion"), ["type"] = "string" },
            ["items"] = new JsonMap { ["description"] = $"List of {custom.Resource.Resource}.", ["items"] = item, ["type"] = "array" },
            ["kind"] = new JsonMap { ["description"] = textOf("Kind"), ["type"] = "string" },
            ["metadata"] = Described(metadata, textOf("Metadata"), dialect),
        },
        ["required"] = new JsonList { "items" },
        ["type"] = "object",
        ["x-kubernetes-group-version-kind"] = new JsonList { OperationSet.KindOf(custom.Kind.Group, custom.Kind.Version, custom.ListKind) },
    };

    // What holds a whole object has that object's type and metadata; where v2 lets anything pass, they would make clients strict again.
    private static void Embed(object? value, Dialect dialect, JsonMap metadata, Func<string, string> textOf)
    {
        if (value is not JsonMap schema) { return; }
        if (schema.GetValueOrDefault("properties") is JsonMap below) { foreach (var (_, property) in below) { Embed(property, dialect, metadata, textOf); } }
        Embed(schema.GetValueOrDefault("items"), dialect, metadata, textOf);
        Embed(schema.GetValueOrDefault("additionalProperties"), dialect, metadata, textOf);
        if (dialect == Dialect.V2 && SchemaCompiler.Flag(schema, "x-kubernetes-preserve-unknown-fields")) { return; }
        if (!SchemaCompiler.Flag(schema, "x-kubernetes-embedded-resource")) { return; }
        var properties = schema.GetValueOrDefault("properties") as JsonMap ?? [];
        properties["apiVersion"] = new JsonMap { ["description"] = textOf("ApiVersion"), ["type"] = "string" };
        properties["kind"] = new JsonMap { ["description"] = textOf("Kind"), ["type"] = "string" };
        properties["metadata"] = Described(metadata, textOf("Metadata"), dialect);
        schema["properties"] = properties;
        var required = schema.GetValueOrDefault("required") as JsonList ?? [];
        foreach (var name in (string[])["kind", "apiVersion"]) { if (!required.Contains(name)) { required.Add(name); } }
        schema["required"] = required;
    }

    private static JsonMap Described(JsonMap reference, string text, Dialect dialect)
    {
        // In v3 nothing may stand beside a reference.
        var result = dialect == Dialect.V3 ? new JsonMap { ["allOf"] = new JsonList { reference } } : (JsonMap)JsonTree.Copy(reference)!;
        if (text.Length > 0) { result.Insert(0, "description", text); }
        return result;
    }

    private static JsonMap Shown(JsonMap schema, Dialect dialect)
    {
        if (dialect == Dialect.V3) { return (JsonMap)JsonTree.Copy(schema)!; }
        var result = new JsonMap();
        // v2 has no word for null, nor for a value of several types: there it says nothing, so that clients let anything pass.
        var isOpen = SchemaCompiler.Flag(schema, "nullable") || SchemaCompiler.Flag(schema, "x-kubernetes-int-or-string") || SchemaCompiler.Flag(schema, "x-kubernetes-preserve-unknown-fields");
        foreach (var (name, value) in schema)
        {
            if (NotInV2.Contains(name) || (isOpen && name is "type" or "items" or "properties" or "additionalProperties" or "required" or "format" or "enum")) { continue; }
            result[name] = (name, value) switch
            {
                ("properties", JsonMap properties) => Each(properties, dialect),
                ("items" or "additionalProperties", JsonMap below) => Shown(below, dialect),
                _ => JsonTree.Copy(value),
            };
        }

        return result;
    }

    private static JsonMap Each(JsonMap properties, Dialect dialect)
    {
        var result = new JsonMap();
        foreach (var (name, value) in properties) { if (value is JsonMap property) { result[name] = Shown(property, dialect); } }
        return result;
    }
}
