using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>The rules for mutating admission policies.</summary>
internal static class MutatingPolicyRules
{
    /// <summary>A policy by itself.</summary>
    /// <param name="skipConditions">The stored policy has the same match conditions about the same kind of parameters.</param>
    public static void Validate(V1MutatingAdmissionPolicySpec? policy, bool skipConditions, FieldErrors errors)
    {
        var path = FieldPath.Of("spec");
        var spec = policy ?? new V1MutatingAdmissionPolicySpec();
        PolicyRules.FailurePolicy(spec.FailurePolicy, path, errors);
        PolicyRules.ParamKind(spec.ParamKind, path.Child("paramKind"), errors);
        OperationRules.Constraints(spec.MatchConstraints, path.Child("matchConstraints"), errors);
        OperationRules.Mutable(spec.MatchConstraints, path.Child("matchConstraints"), errors);
        if (!skipConditions) { MatchConditionRules.Validate(spec.MatchConditions, spec.ParamKind is not null, path.Child("matchConditions"), errors); }
        var expressions = new PolicyExpressions(spec.ParamKind is not null, spec.Variables is { Count: > 0 });
        PolicyRules.Variables(spec.Variables, expressions, path.Child("variables"), errors);
        if (spec.Mutations is not { Count: > 0 }) { errors.Required(path.Child("mutations"), "mutations must contain at least one item"); }
        for (var index = 0; index < (spec.Mutations?.Count ?? 0); index++) { Mutation(spec.Mutations![index], expressions, path.Child("mutations").Index(index), errors); }
        if (string.IsNullOrEmpty(spec.ReinvocationPolicy)) { errors.Required(path.Child("reinvocationPolicy")); }
        else if (spec.ReinvocationPolicy is not ("Never" or "IfNeeded")) { errors.NotSupported(path.Child("reinvocationPolicy"), spec.ReinvocationPolicy, "IfNeeded", "Never"); }
    }

    private static void Mutation(V1Mutation mutation, PolicyExpressions expressions, FieldPath path, FieldErrors errors)
    {
        switch (mutation.PatchType)
        {
            case null or "":
                errors.Required(path.Child("patchType"));
                break;
            case "JSONPatch":
                Expression(mutation.JsonPatch is { } patch ? patch.Expression ?? string.Empty : null, "jsonPatch", mutation.PatchType, expressions, path, errors);
                if (mutation.ApplyConfiguration is not null) { errors.Invalid(path.Child("applyConfiguration"), "{applyConfiguration}", "must not be specified when patchType is JSONPatch"); }
                break;
            case "ApplyConfiguration":
                Expression(mutation.ApplyConfiguration is { } apply ? apply.Expression ?? string.Empty : null, "applyConfiguration", mutation.PatchType, expressions, path, errors);
                if (mutation.JsonPatch is not null) { errors.Invalid(path.Child("jsonPatch"), "{jsonPatch}", "must not be specified when patchType is ApplyConfiguration"); }
                break;
            default:
                errors.NotSupported(path.Child("patchType"), mutation.PatchType, "ApplyConfiguration", "JSONPatch");
                break;
        }
    }

    private static void Expression(string? expression, string field, string patchType, PolicyExpressions expressions, FieldPath path, FieldErrors errors)
    {
        if (expression is null) { errors.Required(path.Child(field), $"must be specified when patchType is {patchType}"); }
        else if (string.IsNullOrWhiteSpace(expression)) { errors.Required(path.Child(field).Child("expression")); }
        else { expressions.CheckMutation(expression.Trim(), patchType == "JSONPatch", path.Child(field).Child("expression"), errors); }
    }
}
