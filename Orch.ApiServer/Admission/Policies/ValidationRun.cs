using System.Text;
using k8s.Models;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates a validating policy, whose conditions hold, for one request and one set of parameters.</summary>
internal static class ValidationRun
{
    private const int MaxMessageBytes = 5 * 1024;

    /// <summary>What fails, in order; of a policy that fails open only what is false, nothing that cannot be evaluated.</summary>
    /// <param name="annotations">One value for each annotation of the policy; untouched when there are none to make.</param>
    public static async ValueTask<IReadOnlyList<ValidationFailure>> EvaluateAsync(ValidatingPolicy policy, PolicyEvaluation evaluation, CelValue[] annotations)
    {
        var budget = new PolicyBudget();
        var failures = new List<ValidationFailure>();
        for (var index = 0; index < policy.Validations.Count; index++)
        {
            var value = await evaluation.EvaluateAsync(policy.Validations[index].Expression, budget).ConfigureAwait(false);
            if (budget.IsSpent) { return Spent(policy); }
            if (value.IsError) { failures.Add(new ValidationFailure(index, value.AsError().Message, null, IsFault: true)); }
            else if (!value.IsTrue) { failures.Add(new ValidationFailure(index, string.Empty, policy.Validations[index].Validation.Reason, IsFault: false)); }
        }

        await ExplainAsync(policy, evaluation, failures, budget).ConfigureAwait(false);
        var forAnnotations = new PolicyBudget();
        for (var index = 0; index < policy.Annotations.Count; index++)
        {
            annotations[index] = await evaluation.EvaluateAsync(policy.Annotations[index].Expression, forAnnotations).ConfigureAwait(false);
            if (!forAnnotations.IsSpent) { continue; }
            Array.Clear(annotations);
            return Spent(policy);
        }

        if (policy.FailsOpen) { failures.RemoveAll(static failure => failure.IsFault); }
        return failures;
    }

    // Once the budget is spent nothing else that the policy found counts.
    private static IReadOnlyList<ValidationFailure> Spent(ValidatingPolicy policy) => policy.FailsOpen ? [] : [new ValidationFailure(0, PolicyBudget.SpentText, null, IsFault: true)];

    // Messages come out of what the validations left. Only those that will be shown are made.
    private static async ValueTask ExplainAsync(ValidatingPolicy policy, PolicyEvaluation evaluation, List<ValidationFailure> failures, PolicyBudget budget)
    {
        for (var at = 0; at < failures.Count; at++)
        {
            var failure = failures[at];
            if (failure.IsFault) { continue; }
            var (validation, _, expression) = policy.Validations[failure.Index];
            failures[at] = failure with { Message = await MessageAsync(validation, expression, evaluation, budget).ConfigureAwait(false) };
            if (!budget.IsSpent) { continue; }
            for (at = 0; at < failures.Count; at++)
            {
                if (!failures[at].IsFault) { failures[at] = new ValidationFailure(failures[at].Index, "failed messageExpression: " + PolicyBudget.SpentText, null, IsFault: true); }
            }
        }
    }

    // The message of an expression counts only when it is one line of a sensible length.
    private static async ValueTask<string> MessageAsync(V1Validation validation, PolicyExpression? expression, PolicyEvaluation evaluation, PolicyBudget budget)
    {
        if (expression is not null && await evaluation.EvaluateAsync(expression, budget).ConfigureAwait(false) is { Kind: CelKind.String } value)
        {
            var text = value.AsString().Trim();
            if (text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxMessageBytes && !text.Contains('\n', StringComparison.Ordinal)) { return text; }
        }

        return string.IsNullOrWhiteSpace(validation.Message) ? $"failed expression: {validation.Expression.Trim()}" : validation.Message.Trim();
    }
}
