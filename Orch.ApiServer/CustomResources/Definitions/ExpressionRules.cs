using Orch.ApiServer.CustomResources.Schemas;
using Orch.ApiServer.Json;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.CustomResources.Definitions;

/// <summary>The rules for <c>x-kubernetes-validations</c>, as far as they need no reading of the expressions.</summary>
internal static class ExpressionRules
{
    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    /// <summary>Adds what is wrong with the rules of one place.</summary>
    public static void Validate(JsonMap schema, FieldPath path, FieldErrors errors)
    {
        if (schema.GetValueOrDefault("x-kubernetes-validations") is not JsonList rules) { return; }
        for (var index = 0; index < rules.Count; index++)
        {
            if (rules[index] is JsonMap rule) { Validate(rule, schema, path.Child("x-kubernetes-validations").Index(index), errors); }
        }
    }

    private static void Validate(JsonMap rule, JsonMap schema, FieldPath path, FieldErrors errors)
    {
        var (text, message) = (SchemaCompiler.Text(rule, "rule").Trim(), SchemaCompiler.Text(rule, "message"));
        if (text.Length == 0) { errors.Required(path.Child("rule"), "rule is not specified"); }
        else if (message.Length > 0 && message.Trim().Length == 0) { errors.Invalid(path.Child("message"), message, "must be non-empty if specified"); }
        else if (HasBreaks(message.Trim())) { errors.Invalid(path.Child("message"), message, "must not contain line breaks"); }
        else if (HasBreaks(text) && message.Trim().Length == 0) { errors.Required(path.Child("message"), "message must be specified if rule contains line breaks"); }
        var expression = SchemaCompiler.Text(rule, "messageExpression");
        if (expression.Length > 0 && expression.Trim().Length == 0) { errors.Required(path.Child("messageExpression"), "messageExpression must be non-empty if specified"); }
        if (rule.GetValueOrDefault("reason") is string reason && !Reasons.Contains(reason)) { errors.NotSupported(path.Child("reason"), reason, Reasons); }
        var field = SchemaCompiler.Text(rule, "fieldPath");
        if (field.Length == 0) { return; }
        if (field.Trim().Length == 0) { errors.Invalid(path.Child("fieldPath"), field, "must be non-empty if specified"); }
        if (HasBreaks(field)) { errors.Invalid(path.Child("fieldPath"), field, "must not contain line breaks"); }
        if (SchemaRoute.Find(field, schema, out _) is null) { errors.Invalid(path.Child("fieldPath"), field, "must be a valid path"); }
    }

    private static bool HasBreaks(string text) => text.AsSpan().ContainsAny('\n', '\r');
}
