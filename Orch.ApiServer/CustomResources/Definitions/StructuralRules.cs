using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>Whether a schema is structural: every field has a type, and combinations only restrict what is declared outside of them.</summary>
/// <remarks>https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema</remarks>
internal static class StructuralRules
{
    private enum Level
    {
        Root,
        Item,
        Field,
    }

    /// <summary>Adds what is wrong, ordered by text as upstream does.</summary>
    public static void Validate(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        var found = new List<(string Text, Action<FieldErrors> Add)>();
        var run = new Run(found);
        run.Invariants(schema, Level.Root, path);
        run.Completeness(schema, path);
        foreach (var (_, add) in found.OrderBy(static item => item.Text, StringComparer.Ordinal)) { add(errors); }
    }

    private readonly struct Run(List<(string Text, Action<FieldErrors> Add)> found)
    {
        private static readonly HashSet<string> Checks =
        [
            "format", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf", "enum",
            "maxProperties", "minProperties", "required", "allOf", "oneOf", "anyOf", "not", "items", "properties",
        ];

        public void Invariants(JsonMap schema, Level level, FieldPath path)
        {
            var type = SchemaCompiler.Text(schema, "type");
            var isIntOrString = SchemaCompiler.Flag(schema, "x-kubernetes-int-or-string");
            var preserves = SchemaCompiler.Flag(schema, "x-kubernetes-preserve-unknown-fields");
            var isEmbedded = SchemaCompiler.Flag(schema, "x-kubernetes-embedded-resource");
            var properties = SchemaCompiler.Map(schema, "properties");
            if (type == "array" && schema.GetValueOrDefault("items") is null) { Required(path.Child("items"), "must be specified"); }
            if (schema.GetValueOrDefault("items") is JsonMap items) { Invariants(items, Level.Item, path.Child("items")); }
            foreach (var (name, value) in properties) { if (value is JsonMap property) { Invariants(property, Level.Field, path.Child("properties").Key(name)); } }
            if (schema.GetValueOrDefault("additionalProperties") is { } additional)
            {
                if (level == Level.Root) { Forbidden(path.Child("additionalProperties"), "must not be used at the root"); }
                if (additional is JsonMap below) { Invariants(below, Level.Field, path.Child("additionalProperties")); }
                if (isEmbedded) { Forbidden(path.Child("additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set"); }
            }

            if (isIntOrString && preserves) { Invalid(path.Child("x-kubernetes-preserve-unknown-fields"), true, "must be false if x-kubernetes-int-or-string is true"); }
            if (isIntOrString && isEmbedded) { Invalid(path.Child("x-kubernetes-embedded-resource"), true, "must be false if x-kubernetes-int-or-string is true"); }
            ValueRules(schema, IsIntOrStringPattern(schema), schema.GetValueOrDefault("allOf") is JsonList { Count: > 0 } all && all[0] is JsonMap first && IsIntOrStringPattern(first), path);
            CheckType(type, level, isEmbedded, isIntOrString || preserves, path);
            CheckMetadata(properties, level, level == Level.Root || isEmbedded, path);
            if (isEmbedded && !preserves && properties.Count == 0) { Required(path.Child("properties"), "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"); }
        }

        /// <summary>What combinations talk about must be declared outside of them too.</summary>
        public void Completeness(JsonMap schema, FieldPath path)
        {
            Combinations(schema, schema, path);
            if (schema.GetValueOrDefault("items") is JsonMap items) { Completeness(items, path.Child("items")); }
            foreach (var (name, value) in SchemaCompiler.Map(schema, "properties")) { if (value is JsonMap property) { Completeness(property, path.Child("properties").Key(name)); } }
            if (schema.GetValueOrDefault("additionalProperties") is JsonMap additional) { Completeness(additional, path.Child("additionalProperties")); }
        }

        private void Combinations(JsonMap rules, JsonMap? declared, FieldPath path)
        {
            foreach (var name in (string[])["allOf", "anyOf", "oneOf"])
            {
                if (rules.GetValueOrDefault(name) is not JsonList list) { continue; }
                for (var index = 0; index < list.Count; index++) { if (list[index] is JsonMap item) { Nested(item, declared, path.Child(name).Index(index), path); } }
            }

            if (rules.GetValueOrDefault("not") is JsonMap not) { Nested(not, declared, path.Child("not"), path); }
        }

        private void Nested(JsonMap rules, JsonMap? declared, FieldPath path, FieldPath outer)
        {
            Combinations(rules, declared, path);
            if (rules.GetValueOrDefault("items") is JsonMap items)
            {
                if (declared?.GetValueOrDefault("items") is JsonMap below) { Nested(items, below, path.Child("items"), outer.Child("items")); }
                else { Required(outer.Child("items"), $"because it is defined in {path}.items"); }
            }

            foreach (var (name, value) in SchemaCompiler.Map(rules, "properties"))
            {
                if (value is not JsonMap property) { continue; }
                if (declared is not null && SchemaCompiler.Map(declared, "properties").GetValueOrDefault(name) is JsonMap below) { Nested(property, below, path.Child("properties").Key(name), outer.Child("properties").Key(name)); }
                else { Required(outer.Child("properties").Key(name), $"because it is defined in {path}.properties[{name}]"); }
            }
        }

        private void CheckType(string type, Level level, bool isEmbedded, bool mayBeEmpty, FieldPath path)
        {
            var place = path.Child("type");
            if (isEmbedded && type != "object")
            {
                const string Text = "must be object if x-kubernetes-embedded-resource is true";
                if (type.Length == 0) { Required(place, Text); } else { Invalid(place, type, Text); }
            }
            else if (type.Length == 0 && !mayBeEmpty)
            {
                Required(place, level switch
                {
                    Level.Root => "must not be empty at the root",
                    Level.Item => "must not be empty for specified array items",
                    _ => "must not be empty for specified object fields",
                });
            }

            if (level == Level.Root && type.Length > 0 && type != "object") { Invalid(place, type, "must be object at the root"); }
        }

        private void CheckMetadata(JsonMap properties, Level level, bool isResource, FieldPath path)
        {
            foreach (var name in (string[])["kind", "apiVersion"])
            {
                if (isResource && properties.GetValueOrDefault(name) is JsonMap text && SchemaCompiler.Text(text, "type") is not "string" and var type)
                {
                    Invalid(path.Child("properties").Key(name).Child("type"), type, "must be string");
                }
            }

            if (properties.GetValueOrDefault("metadata") is not JsonMap metadata) { return; }
            var place = path.Child("properties").Key("metadata");
            if (isResource && SchemaCompiler.Text(metadata, "type") != "object") { Invalid(place.Child("type"), SchemaCompiler.Text(metadata, "type"), "must be object"); }
            if (level != Level.Root) { return; }
            var isPlain = metadata.All(static pair => pair.Key switch
            {
                "type" or "default" => true,
                "properties" => pair.Value is not JsonMap map || map.Keys.All(static name => name is "name" or "generateName"),
                _ => pair.Value is null or false,
            });
            if (!isPlain) { Forbidden(place, "must not specify anything other than name and generateName, but metadata is implicitly specified"); }
        }

        private void ValueRules(JsonMap schema, bool skipsAny, bool skipsFirstAll, FieldPath path)
        {
            if (!skipsAny) { List(schema, "anyOf", false, path); }
            List(schema, "allOf", skipsFirstAll, path);
            List(schema, "oneOf", false, path);
            if (schema.GetValueOrDefault("not") is JsonMap not) { NestedRules(not, false, path.Child("not")); }
            if (SchemaCompiler.Text(schema, "pattern") is { Length: > 0 } pattern && new GoPattern(pattern).Fault is { } fault)
            {
                Invalid(path.Child("pattern"), pattern, $"must be a valid regular expression, but isn't: {fault}");
            }
        }

        private void List(JsonMap schema, string name, bool skipsFirstAny, FieldPath path)
        {
            if (schema.GetValueOrDefault(name) is not JsonList list) { return; }
            for (var index = 0; index < list.Count; index++)
            {
                if (list[index] is JsonMap item) { NestedRules(item, skipsFirstAny && index == 0, path.Child(name).Index(index)); }
            }
        }

        private void NestedRules(JsonMap schema, bool skipsAny, FieldPath path)
        {
            ValueRules(schema, skipsAny, false, path);
            if (schema.GetValueOrDefault("items") is JsonMap items) { NestedRules(items, false, path.Child("items")); }
            foreach (var (name, value) in SchemaCompiler.Map(schema, "properties")) { if (value is JsonMap property) { NestedRules(property, false, path.Child("properties").Key(name)); } }
            foreach (var (name, value) in schema)
            {
                if (value is null or false or "" or JsonList { Count: 0 } || Checks.Contains(name)) { continue; }
                switch (name)
                {
                    case "type" or "title" or "description": Forbidden(path.Child(name), "must be empty to be structural"); break;
                    case "x-kubernetes-list-map-keys" or "x-kubernetes-validations": Forbidden(path.Child(name), "must be empty to be structural"); break;
                    case "additionalProperties" or "default" or "externalDocs" or "x-kubernetes-list-type" or "x-kubernetes-map-type": Forbidden(path.Child(name), "must be undefined to be structural"); break;
                    case "nullable" or "x-kubernetes-preserve-unknown-fields" or "x-kubernetes-embedded-resource" or "x-kubernetes-int-or-string": Forbidden(path.Child(name), "must be false to be structural"); break;
                }
            }

            if (SchemaCompiler.Map(schema, "properties").ContainsKey("metadata")) { Forbidden(path.Child("properties").Key("metadata"), "must not be specified in a nested context"); }
        }

        // anyOf: [{type: integer}, {type: string}], the one combination in which types may stand.
        private static bool IsIntOrStringPattern(JsonMap schema)
            => schema.GetValueOrDefault("anyOf") is JsonList { Count: 2 } list
                && list[0] is JsonMap { Count: 1 } one && SchemaCompiler.Text(one, "type") == "integer" && list[1] is JsonMap { Count: 1 } two && SchemaCompiler.Text(two, "type") == "string";

        private void Required(FieldPath path, string detail) => found.Add(($"{path}: Required value: {detail}", errors => errors.Required(path, detail)));

        private void Forbidden(FieldPath path, string detail) => found.Add(($"{path}: Forbidden: {detail}", errors => errors.Forbidden(path, detail)));

        private void Invalid(FieldPath path, object value, string detail) => found.Add(($"{path}: Invalid value: {value}: {detail}", errors => errors.Invalid(path, value, detail)));
    }
}
