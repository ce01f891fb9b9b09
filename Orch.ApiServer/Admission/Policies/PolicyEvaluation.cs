using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Evaluates expressions of one policy, or the conditions of a webhook, for one request and one set of parameters.</summary>
internal sealed class PolicyEvaluation
{
    // Each round has an answer more than the one before, and the budget pays for fewer checks than this.
    private const int MaxRounds = 32;
    private readonly PolicyCode _code;
    private readonly PolicyRequest _request;
    private readonly CelBindings _bindings;
    private readonly CelLazyMap? _variables;
    private PolicyBudget _budget = null!;

    /// <param name="code">The policy's.</param>
    /// <param name="request">The request.</param>
    /// <param name="parameters">Null without.</param>
    public PolicyEvaluation(PolicyCode code, PolicyRequest request, CelValue parameters)
    {
        _code = code;
        _request = request;
        _bindings = request.Bind(code.Environment);
        if (code.HasParams) { _bindings.Set("params", parameters); }
        if (code.Variables.Count == 0) { return; }
        _variables = new CelLazyMap();
        foreach (var (name, expression) in code.Variables) { _variables.Add(name, () => Variable(name, expression)); }
        _bindings.Set("variables", CelValue.FromMap(_variables));
    }

    /// <summary>The value, or what is wrong in upstream's words.</summary>
    /// <param name="budget">Shared with what is evaluated beside; when it is spent the value is an error.</param>
    public ValueTask<CelValue> EvaluateAsync(PolicyExpression expression, PolicyBudget budget)
    {
        if (expression.Program is null) { return new(CelValue.Fault("compilation error: " + expression.Fault)); }
        _budget = budget;
        var result = Run(expression);
        return MustRepeat(result) ? RepeatAsync(expression) : new(ValueOf(expression, result));
    }

    /// <summary>Why the policy does not want the request, whether it does, and what could not be decided.</summary>
    /// <returns>Whether all conditions hold; null with the fault when none is false and one cannot be evaluated.</returns>
    public async ValueTask<(bool? Holds, string Fault)> HoldAsync()
    {
        if (_code.Conditions.Count == 0) { return (true, string.Empty); }
        var budget = new PolicyBudget(PolicyBudget.Conditions);
        List<string>? faults = null;
        foreach (var condition in _code.Conditions)
        {
            var value = await EvaluateAsync(condition, budget).ConfigureAwait(false);
            if (budget.IsSpent) { return (null, PolicyBudget.SpentText); }
            if (value.IsError) { (faults ??= []).Add(value.AsError().Message); }
            else if (!value.IsTrue) { return (false, string.Empty); }
        }

        return faults is null ? (true, string.Empty) : (null, AdmissionRefusal.Join(faults));
    }


    private async ValueTask<CelValue> RepeatAsync(PolicyExpression expression)
    {
        for (var round = 1; ; round++)
        {
            await _request.Authorizer.AnswerAsync().ConfigureAwait(false);
            // Variables that lacked an answer are made anew.
            _variables?.ForgetFaults();
            var result = Run(expression);
            if (!MustRepeat(result) || round == MaxRounds) { return ValueOf(expression, result); }
        }
    }

    // What holds whatever the answers will be needs none: true || check.
    private bool MustRepeat(in CelResult result) => result.Value.IsError && _request.Authorizer.IsWaiting;

    private CelValue Variable(string name, PolicyExpression expression)
    {
        if (expression.Program is null) { return CelValue.Fault($"composited variable \"{name}\" fails to compile: {expression.Fault}"); }
        var result = Run(expression);
        return result.Error is { } error ? CelValue.Fault($"composited variable \"{name}\" fails to evaluate: {error.Message}") : result.Value;
    }

    private CelValue ValueOf(PolicyExpression expression, in CelResult result)
    {
        if (_budget.IsSpent) { return CelValue.Fault(PolicyBudget.SpentText); }
        return result.Error is { } error ? CelValue.Fault($"expression '{expression.Text}' resulted in error: {error.Message}") : result.Value;
    }

    private CelResult Run(PolicyExpression expression)
    {
        var limit = Math.Clamp(_budget.Left, 0, CelProgram.KubernetesCallLimit);
        var result = expression.Program!.Evaluate(_bindings, limit, _request.CancellationToken);
        // What will be repeated is paid then. What ended at the budget's limit has used it up, though the last step was never paid.
        if (!MustRepeat(result)) { _budget.Spend(result.Error is { IsCostLimitExceeded: true } && limit < CelProgram.KubernetesCallLimit ? long.MaxValue / 4 : result.Cost); }
        return result;
    }
}
