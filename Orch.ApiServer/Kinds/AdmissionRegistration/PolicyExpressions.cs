using Orch.ApiServer.Admission.Policies;
using Orch.ApiServer.Validation;
using Orch.Cel;

namespace Orch.ApiServer.Kinds.AdmissionRegistration;

/// <summary>Compiles the expressions of one policy or webhook, to find what is wrong with them.</summary>
/// <param name="hasParams">Whether expressions may name <c>params</c>.</param>
/// <param name="hasVariables">Whether expressions may name <c>variables</c>.</param>
internal sealed class PolicyExpressions(bool hasParams, bool hasVariables = false)
{
    private readonly PolicyCode _code = new(hasParams, hasVariables);

    /// <summary>Compiles an expression that may ask the authorizer.</summary>
    /// <param name="shown">What a fault shows as the value.</param>
    public void Check(string expression, string shown, FieldPath path, FieldErrors errors, params ReadOnlySpan<CelType> results)
        => Tell(PolicyExpression.Compile(_code.Environment, expression, results), shown, path, errors);

    /// <summary>Compiles an expression that decides whether a request is seen at all.</summary>
    public void CheckCondition(string expression, FieldPath path, FieldErrors errors) => Tell(_code.AddCondition(expression), expression, path, errors);

    /// <summary>Compiles an expression that makes a message.</summary>
    public void CheckMessage(string expression, FieldPath path, FieldErrors errors) => Tell(PolicyExpression.Compile(_code.ForMessages, expression, CelType.String), expression, path, errors);

    /// <summary>Compiles an expression that makes a change.</summary>
    public void CheckMutation(string expression, bool isJsonPatch, FieldPath path, FieldErrors errors) => Tell(_code.Mutation(expression, isJsonPatch), expression, path, errors);

    /// <summary>Compiles a variable and lets later expressions use it.</summary>
    public void Declare(string name, string expression, FieldPath path, FieldErrors errors) => Tell(_code.AddVariable(name, expression), expression, path, errors);

    private static void Tell(PolicyExpression expression, string shown, FieldPath path, FieldErrors errors)
    {
        if (expression.Fault is { } fault) { errors.Invalid(path, shown, fault); }
    }
}
