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
    public static void Validate(JsonMap schema, FieldPath path, bool hasStatus, bool mustBeStructural, FieldErrors errors)
    {
        var place = path.Child("openAPIV3Schema");
        var first = errors.Count;
        if (hasStatus) { CheckRoot(schema, path, errors); }
        if (SchemaCompiler.Flag(schema, "nullable")) { errors.Forbidden(path.Child("openAPIV3Schema.nullable"), "nullable cannot be true at the root"); }
        if (mustBeStructural)
        {
            var before = errors.Count;
            StructuralRules.Validate(schema, place, errors);
            if (errors.Count == before) { DefaultRules.Validate(schema, place, errors); }
        }

        OpenApiRules.Validate(schema, place, errors);
        if (mustBeStructural && errors.Count == first) { ExpressionCosts.Validate(SchemaCompiler.Compile(schema), place, errors); }
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
