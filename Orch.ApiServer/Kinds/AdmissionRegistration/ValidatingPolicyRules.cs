using k8s.Models;
using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules for validating admission policies.</summary>
internal static class ValidatingPolicyRules
{
    private const int MaxAnnotations = 20;
    private const int MaxAnnotationExpressionBytes = 5 * 1024;
    private const string NeitherText = "validations or auditAnnotations must contain at least one item";

    /// <summary>A policy by itself.</summary>
    /// <param name="skipConditions">The stored policy has the same match conditions about the same kind of parameters.</param>
    public static void Validate(V1ValidatingAdmissionPolicy policy, bool skipConditions, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        var spec = policy.Spec ?? new V1ValidatingAdmissionPolicySpec();
        PolicyRules.FailurePolicy(spec.FailurePolicy, path, errors);
        PolicyRules.ParamKind(spec.ParamKind, path.Child("paramKind"), errors);
        OperationRules.Constraints(spec.MatchConstraints, path.Child("matchConstraints"), errors);
        if (!skipConditions) { MatchConditionRules.Validate(spec.MatchConditions, spec.ParamKind is not null, path.Child("matchConditions"), errors); }
        var expressions = new PolicyExpressions(spec.ParamKind is not null, spec.Variables is { Count: > 0 });
        PolicyRules.Variables(spec.Variables, expressions, path.Child("variables"), errors);
        if (spec.Validations is not { Count: > 0 } && spec.AuditAnnotations is not { Count: > 0 })
        {
            errors.Required(path.Child("validations"), NeitherText);
            errors.Required(path.Child("auditAnnotations"), NeitherText);
            return;
        }

        for (var index = 0; index < (spec.Validations?.Count ?? 0); index++) { Validation(spec.Validations![index], expressions, path.Child("validations").Index(index), errors); }
        if (spec.AuditAnnotations is { Count: > 0 } annotations) { Annotations(annotations, policy.Metadata.Name, expressions, path.Child("auditAnnotations"), errors); }
    }

    /// <summary>What the type checker found, and conditions.</summary>
    public static void ValidateStatus(V1ValidatingAdmissionPolicyStatus? status, FieldErrors errors)
    {
        var path = FieldPath.Of("status");
        var warnings = status?.TypeChecking?.ExpressionWarnings;
        for (var index = 0; index < (warnings?.Count ?? 0); index++)
        {
            var at = path.Child("typeChecking").Child("expressionWarnings").Index(index);
            if (string.IsNullOrEmpty(warnings![index].Warning)) { errors.Required(at.Child("warning")); }
            var reference = warnings[index].FieldRef?.Trim() ?? string.Empty;
            if (reference.Length == 0) { errors.Required(at.Child("fieldRef")); }
            else if (JsonPathSyntax.FaultOf(reference) is { } fault) { errors.Invalid(at.Child("fieldRef"), reference, $"invalid JSONPath: {fault}"); }
        }

        ConditionRules.Validate(status?.Conditions, path.Child("conditions"), errors);
    }

    private static void Validation(V1Validation validation, PolicyExpressions expressions, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(validation.Expression)) { errors.Required(path.Child("expression"), "expression is not specified"); }
        else { expressions.Check(validation.Expression, validation.Expression, path.Child("expression"), errors, CelType.Bool); }
        if (!string.IsNullOrEmpty(validation.MessageExpression))
        {
            if (string.IsNullOrWhiteSpace(validation.MessageExpression)) { errors.Invalid(path.Child("messageExpression"), validation.MessageExpression, "must be non-empty if specified"); }
            else { expressions.CheckMessage(validation.MessageExpression, path.Child("messageExpression"), errors); }
        }

        var message = validation.Message?.Trim() ?? string.Empty;
        if (!string.IsNullOrEmpty(validation.Message) && message.Length == 0) { errors.Invalid(path.Child("message"), validation.Message, "must be non-empty if specified"); }
        else if (message.AsSpan().ContainsAny("\r\n")) { errors.Invalid(path.Child("message"), validation.Message, "must not contain line breaks"); }
        if (validation.Reason is not (null or "Forbidden" or "Invalid" or "RequestEntityTooLarge"))
        {
            errors.NotSupported(path.Child("reason"), validation.Reason, "Forbidden", "Invalid", "RequestEntityTooLarge");
        }
    }

    private static void Annotations(IList<V1AuditAnnotation> annotations, string? policy, PolicyExpressions expressions, FieldPath path, FieldErrors errors)
    {
        if (annotations.Count > MaxAnnotations) { errors.Invalid(path, annotations, $"must not have more than {MaxAnnotations} auditAnnotations"); }
        var keys = new HashSet<string>();
        for (var index = 0; index < annotations.Count; index++)
        {
            var (annotation, at) = (annotations[index], path.Index(index));
            if (string.IsNullOrEmpty(policy)) { errors.Invalid(at.Child("key"), annotation.Key ?? string.Empty, "requires metadata.name be non-empty"); }
            else { TextRules.QualifiedName($"{policy}/{annotation.Key}", at.Child("key"), errors); }
            var expression = annotation.ValueExpression?.Trim() ?? string.Empty;
            if (expression.Length == 0) { errors.Required(at.Child("valueExpression"), "valueExpression is not specified"); }
            else if (TextRules.ByteLength(expression) > MaxAnnotationExpressionBytes)
            {
                errors.Required(at.Child("valueExpression"), $"must not exceed {MaxAnnotationExpressionBytes} bytes in length");
            }
            else { expressions.Check(expression, annotation.ValueExpression!, at.Child("valueExpression"), errors, CelType.String, CelType.Null); }

            if (!keys.Add(annotation.Key ?? string.Empty)) { errors.Duplicate(at.Child("key"), annotation.Key ?? string.Empty); }
        }
    }
}
