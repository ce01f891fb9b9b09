using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates expressions of one policy for one request and one set of parameters.</summary>
internal sealed class PolicyEvaluation
{
    private const string OutOfBudget = "validation failed due to running out of cost budget, no further validation rules will be run";
    private readonly PolicyRequest _request;
    private readonly PolicyBudget _budget;
    private readonly CelBindings _bindings;

    /// <param name="code">The policy's.</param>
    /// <param name="request">The request.</param>
    /// <param name="parameters">Null without.</param>
    /// <param name="budget">Shared with what the policy evaluates beside.</param>
    public PolicyEvaluation(PolicyCode code, PolicyRequest request, CelValue parameters, PolicyBudget budget)
    {
        _request = request;
        _budget = budget;
        _bindings = request.Bind(code.Environment);
        if (code.HasParams) { _bindings.Set("params", parameters); }
        if (code.Variables.Count == 0) { return; }
        var variables = new CelLazyMap();
        foreach (var (name, expression) in code.Variables)
        {
            variables.Add(name, () => expression.Program is null ? CelValue.Fault($"composited variable \"{name}\" fails to compile: {expression.Fault}") : Run(expression, _bindings).Value);
        }

        _bindings.Set("variables", CelValue.FromMap(variables));
    }

    /// <summary>The value, or what is wrong in upstream's words.</summary>
    public CelValue Evaluate(PolicyExpression expression) => Evaluate(expression, _bindings);

    /// <summary>Why the policy does not want the request, whether it does, and what could not be decided.</summary>
    /// <returns>Whether all conditions hold; null with the fault when none is false and one cannot be evaluated.</returns>
    public static (bool? Holds, string Fault) Hold(PolicyCode code, PolicyRequest request, CelValue parameters)
    {
        if (code.Conditions.Count == 0) { return (true, string.Empty); }
        var environment = code.HasParams ? PolicyTypes.WithParams : PolicyTypes.WithoutParams;
        var bindings = request.Bind(environment);
        if (code.HasParams) { bindings.Set("params", parameters); }
        return Hold(code.Conditions, request, bindings);
    }

    /// <summary>The same for conditions of something that is no policy.</summary>
    public static (bool? Holds, string Fault) Hold(IReadOnlyList<PolicyExpression> conditions, PolicyRequest request, CelBindings bindings)
    {
        var evaluation = new PolicyEvaluation(request, bindings, new PolicyBudget(PolicyBudget.Conditions));
        var faults = new List<string>();
        foreach (var condition in conditions)
        {
            var value = evaluation.Evaluate(condition);
            if (value.IsError) { faults.Add(value.AsError().Message); }
            else if (!value.IsTrue) { return (false, string.Empty); }
        }

        return faults.Count == 0 ? (true, string.Empty) : (null, AdmissionRefusal.Join(faults));
    }

    private PolicyEvaluation(PolicyRequest request, CelBindings bindings, PolicyBudget budget) => (_request, _bindings, _budget) = (request, bindings, budget);

    private CelValue Evaluate(PolicyExpression expression, CelBindings bindings)
    {
        if (expression.Program is null) { return CelValue.Fault("compilation error: " + expression.Fault); }
        var result = Run(expression, bindings);
        if (_budget.Left < 0) { return CelValue.Fault(OutOfBudget); }
        return result.Error is { } error ? CelValue.Fault($"expression '{expression.Text}' resulted in error: {error.Message}") : result.Value;
    }

    private CelResult Run(PolicyExpression expression, CelBindings bindings)
    {
        var limit = Math.Clamp(_budget.Left, 0, CelProgram.KubernetesCallLimit);
        var result = expression.Program!.Evaluate(bindings, limit, _request.CancellationToken);
        // What ended at the budget's limit has used it up, though the last step was never paid.
        _budget.Spend(result.Error is { IsCostLimitExceeded: true } && limit < CelProgram.KubernetesCallLimit ? long.MaxValue / 4 : result.Cost);
        return result;
    }
}
