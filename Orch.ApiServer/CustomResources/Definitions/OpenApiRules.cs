using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for each place of a schema, combinations included.</summary>
internal static class OpenApiRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>Adds what is wrong with a schema and all below it.</summary>
    /// <returns>The parts, by reference, in which or below which something is wrong.</returns>
    public static IReadOnlySet<JsonMap> Validate(JsonMap schema, SchemaStrictness strictness, FieldPath path, FieldErrors errors)
    {
        var context = new Context(strictness, new HashSet<JsonMap>(ReferenceEqualityComparer.Instance));
        Visit(schema, path, context, isRoot: true, errors);
        return context.Faulty;
    }

    /// <summary>Whether a type is one that schemas know.</summary>
    public static bool IsType(string type) => Types.Contains(type);

    private static void Visit(JsonMap schema, FieldPath path, Context context, bool isRoot, FieldErrors errors)
    {
        var first = errors.Count;
        VisitPart(schema, path, context, isRoot, errors);
        if (errors.Count > first) { context.Faulty.Add(schema); }
    }

    private static void VisitPart(JsonMap schema, FieldPath path, Context context, bool isRoot, FieldErrors errors)
    {
        Standard(schema, path, context, errors);
        if (SchemaCompiler.Flag(schema, "uniqueItems")) { errors.Forbidden(path.Child("uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"); }
        var properties = SchemaCompiler.Map(schema, "properties");
        if (schema.GetValueOrDefault("additionalProperties") is { } additional)
        {
            if (properties.Count > 0 && additional is not true) { errors.Forbidden(path.Child("additionalProperties"), "additionalProperties and properties are mutual exclusive"); }
            var inner = context.IsInMetadata ? context with { NoDefaults = "inside additionalProperties applying to object metadata" } : context;
            if (additional is JsonMap below) { Visit(below, path.Child("additionalProperties"), inner, isRoot: false, errors); }
        }

        foreach (var (name, value) in properties)
        {
            if (value is not JsonMap property) { continue; }
            var inner = context;
            if ((isRoot || SchemaCompiler.Flag(schema, "x-kubernetes-embedded-resource")) && name is "metadata" or "kind" or "apiVersion")
            {
                inner = inner with { IsInMetadata = true };
                if (isRoot) { inner = inner with { NoDefaults = $"in top-level {name}" }; }
            }

            Visit(property, path.Child("properties").Key(name), inner, isRoot: false, errors);
        }

        if (schema.GetValueOrDefault("not") is JsonMap not) { Visit(not, path.Child("not"), context, isRoot: false, errors); }
        foreach (var name in (string[])["allOf", "oneOf", "anyOf"])
        {
            if (schema.GetValueOrDefault(name) is not JsonList list) { continue; }
            for (var index = 0; index < list.Count; index++) { if (list[index] is JsonMap item) { Visit(item, path.Child(name).Index(index), context, isRoot: false, errors); } }
        }

        foreach (var (name, value) in SchemaCompiler.Map(schema, "definitions")) { if (value is JsonMap below) { Visit(below, path.Child("definitions").Key(name), context, isRoot: false, errors); } }
        if (schema.GetValueOrDefault("items") is JsonMap items) { Visit(items, path.Child("items"), context, isRoot: false, errors); }
        else if (schema.GetValueOrDefault("items") is JsonList several)
        {
            for (var index = 0; index < several.Count; index++) { if (several[index] is JsonMap item) { Visit(item, path.Child("items").Index(index), context, isRoot: false, errors); } }
        }

        foreach (var (name, value) in SchemaCompiler.Map(schema, "dependencies")) { if (value is JsonMap below) { Visit(below, path.Child("dependencies").Key(name), context, isRoot: false, errors); } }
        if (schema.GetValueOrDefault("x-kubernetes-preserve-unknown-fields") is false) { errors.Invalid(path.Child("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined"); }
        Kinds(schema, context.Strictness.AtomicSets, path, errors);
        MapList(schema, path, errors);
        if (context.Strictness.Keys) { KeysOfItems(schema, path, errors); }
        ExpressionRules.Validate(schema, path, errors);
    }

    private static void Standard(JsonMap schema, FieldPath path, Context context, FieldErrors errors)
    {
        var type = SchemaCompiler.Text(schema, "type");
        if (type.Length > 0 && context.Strictness.Types && !Types.Contains(type)) { errors.NotSupported(path.Child("type"), type, Types); }
        if (schema.GetValueOrDefault("default") is not null && context.NoDefaults is { } reason) { errors.Forbidden(path.Child("default"), $"must not be set {reason}"); }
        if (SchemaCompiler.Text(schema, "id").Length > 0) { errors.Forbidden(path.Child("id"), "id is not supported"); }
        if (schema.GetValueOrDefault("additionalItems") is not null) { errors.Forbidden(path.Child("additionalItems"), "additionalItems is not supported"); }
        if (SchemaCompiler.Map(schema, "patternProperties").Count > 0) { errors.Forbidden(path.Child("patternProperties"), "patternProperties is not supported"); }
        if (SchemaCompiler.Map(schema, "definitions").Count > 0) { errors.Forbidden(path.Child("definitions"), "definitions is not supported"); }
        if (schema.GetValueOrDefault("dependencies") is not null) { errors.Forbidden(path.Child("dependencies"), "dependencies is not supported"); }
        if (schema.GetValueOrDefault("$ref") is not null) { errors.Forbidden(path.Child("$ref"), "$ref is not supported"); }
        if (type == "null") { errors.Forbidden(path.Child("type"), "type cannot be set to null, use nullable as an alternative"); }
        if (schema.GetValueOrDefault("items") is JsonList { Count: > 0 }) { errors.Forbidden(path.Child("items"), "items must be a schema object and not an array"); }
        if (context.IsInMetadata && SchemaCompiler.Flag(schema, "x-kubernetes-embedded-resource")) { errors.Forbidden(path.Child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta"); }
    }

    /// <summary>What a set holds must be atomic.</summary>
    public static void SetItems(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        if (SchemaCompiler.Text(schema, "x-kubernetes-list-type") != "set" || schema.GetValueOrDefault("items") is not JsonMap items) { return; }
        const string Text = "must be atomic as item of a list with x-kubernetes-list-type=set";
        var itemList = items.GetValueOrDefault("x-kubernetes-list-type") as string;
        if (SchemaCompiler.Text(items, "type") == "array" && itemList is not (null or "atomic")) { errors.Invalid(path.Child("items").Child("x-kubernetes-list-type"), itemList, Text); }
        // Upstream shows the type of the list here as well.
        if (SchemaCompiler.Text(items, "type") == "object" && SchemaCompiler.Text(items, "x-kubernetes-map-type") != "atomic") { errors.Invalid(path.Child("items").Child("x-kubernetes-map-type"), itemList, Text); }
    }

    private static void Kinds(JsonMap schema, bool checksSets, FieldPath path, FieldErrors errors)
    {
        var type = SchemaCompiler.Text(schema, "type");
        var mapType = SchemaCompiler.Text(schema, "x-kubernetes-map-type");
        var listType = SchemaCompiler.Text(schema, "x-kubernetes-list-type");
        if (mapType.Length > 0) { MustBe("object", "x-kubernetes-map-type", type, path, errors); }
        if (mapType is not ("" or "atomic" or "granular")) { errors.NotSupported(path.Child("x-kubernetes-map-type"), mapType, "atomic", "granular"); }
        if (listType.Length > 0 && type != "array") { MustBe("array", "x-kubernetes-list-type", type, path, errors); }
        else if (checksSets) { SetItems(schema, path, errors); }

        if (listType is not ("" or "atomic" or "set" or "map")) { errors.NotSupported(path.Child("x-kubernetes-list-type"), listType, "atomic", "set", "map"); }
    }

    private static void MustBe(string wanted, string extension, string type, FieldPath path, FieldErrors errors)
    {
        if (type == wanted) { return; }
        if (type.Length == 0) { errors.Required(path.Child("type"), $"must be {wanted} if {extension} is specified"); }
        else { errors.Invalid(path.Child("type"), type, $"must be {wanted} if {extension} is specified"); }
    }

    private static void MapList(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        var listType = SchemaCompiler.Text(schema, "x-kubernetes-list-type");
        var keys = SchemaCompiler.Texts(schema, "x-kubernetes-list-map-keys");
        if (keys.Count > 0 && listType.Length == 0) { errors.Required(path.Child("x-kubernetes-list-type"), "must be map if x-kubernetes-list-map-keys is non-empty"); }
        else if (keys.Count > 0 && listType != "map") { errors.Invalid(path.Child("x-kubernetes-list-type"), listType, "must be map if x-kubernetes-list-map-keys is non-empty"); }
        var items = schema.GetValueOrDefault("items") as JsonMap;
        if (listType == "map")
        {
            if (keys.Count == 0) { errors.Required(path.Child("x-kubernetes-list-map-keys"), "must not be empty if x-kubernetes-list-type is map"); }
            if (schema.GetValueOrDefault("items") is JsonList several) { errors.Invalid(path.Child("items"), SchemaValues.Shown(several), "must only have a single schema if x-kubernetes-list-type is map"); }
            else if (items is null) { errors.Required(path.Child("items"), "must have a schema if x-kubernetes-list-type is map"); }
            else if (SchemaCompiler.Text(items, "type") != "object") { errors.Invalid(path.Child("items").Child("type"), SchemaCompiler.Text(items, "type"), "must be object if parent array's x-kubernetes-list-type is map"); }
            else { Keys(keys, items, path, errors); }
        }

    }

    /// <summary>Keys of map lists are always there, and nothing in sets and map lists may be null.</summary>
    public static void KeysOfItems(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        var listType = SchemaCompiler.Text(schema, "x-kubernetes-list-type");
        if (schema.GetValueOrDefault("items") is not JsonMap items || listType is not ("set" or "map")) { return; }
        if (SchemaCompiler.Flag(items, "nullable")) { errors.Forbidden(path.Child("items").Child("nullable"), $"cannot be nullable when x-kubernetes-list-type is {listType}"); }
        if (listType == "set") { return; }
        var required = SchemaCompiler.Texts(items, "required");
        foreach (var key in SchemaCompiler.Texts(schema, "x-kubernetes-list-map-keys"))
        {
            if (SchemaCompiler.Map(items, "properties").GetValueOrDefault(key) is not JsonMap property) { continue; }
            var place = path.Child("items").Child("properties").Key(key);
            if (!required.Contains(key) && property.GetValueOrDefault("default") is null)
            {
                errors.Required(place.Child("default"), "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
            }

            if (SchemaCompiler.Flag(property, "nullable")) { errors.Forbidden(place.Child("nullable"), "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"); }
        }
    }

    private static void Keys(IReadOnlyList<string> keys, JsonMap items, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (SchemaCompiler.Map(items, "properties").GetValueOrDefault(key) is not JsonMap property) { errors.Invalid(path.Child("x-kubernetes-list-map-keys"), keys, "entries must all be names of item properties"); }
            else if (SchemaCompiler.Text(property, "type") is "array" or "object")
            {
                errors.Invalid(path.Child("items").Child("properties").Key(key).Child("type"), SchemaCompiler.Text(items, "type"), "must be a scalar type if parent array's x-kubernetes-list-type is map");
            }

            if (!seen.Add(key)) { errors.Invalid(path.Child("x-kubernetes-list-map-keys"), keys, "must not contain duplicate entries"); }
        }
    }

    // Where in the object the schema stands; with a reason, no default may be set there.
    private sealed record Context(SchemaStrictness Strictness, HashSet<JsonMap> Faulty, bool IsInMetadata = false, string? NoDefaults = null);
}
