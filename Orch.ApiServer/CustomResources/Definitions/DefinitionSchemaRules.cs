using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for the schema of a version.</summary>
internal static class DefinitionSchemaRules
{
    private const string RootFields = "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations]";
    private static readonly HashSet<string> AllowedAtRoot =
    [
        "description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems",
        "multipleOf", "required", "items", "properties", "externalDocs", "example", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-validations",
    ];

    /// <summary>Adds what is wrong with a schema.</summary>
    /// <param name="schema">The JSON of <c>openAPIV3Schema</c>.</param>
    /// <param name="path">Of what the schema stands in.</param>
    /// <param name="knowsCosts">The schema is as it was, so that no single expression is too costly.</param>
    public static void Validate(JsonMap schema, FieldPath path, bool hasStatus, SchemaStrictness strictness, bool knowsCosts, FieldErrors errors)
    {
        var place = path.Child("openAPIV3Schema");
        if (hasStatus) { CheckRoot(schema, path, errors); }
        if (SchemaCompiler.Flag(schema, "nullable")) { errors.Forbidden(path.Child("openAPIV3Schema.nullable"), "nullable cannot be true at the root"); }
        var first = errors.Count;
        if (strictness.Structural)
        {
            StructuralRules.Validate(schema, place, errors);
            if (errors.Count == first) { DefaultRules.Validate(schema, strictness.PrunedDefaults, place, errors); }
        }

        var readsRules = strictness.Structural && errors.Count == first;
        var faulty = OpenApiRules.Validate(schema, strictness, place, errors);
        if (readsRules) { ExpressionCosts.Validate(SchemaCompiler.Compile(schema), faulty, knowsCosts, place, errors); }
    }

    private static void CheckRoot(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, value) in schema)
        {
            if (value is null or false) { continue; }
            if (name == "type")
            {
                if (value is not "object") { errors.Invalid(path.Child("openAPIV3Schema.type"), value, "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled"); return; }
            }
            else if (!AllowedAtRoot.Contains(name))
            {
                errors.Invalid(path.Child("openAPIV3Schema"), SchemaValues.Shown(schema), $"only {RootFields} fields are allowed at the root of the schema if the status subresource is enabled");
                return;
            }
        }
    }
}
