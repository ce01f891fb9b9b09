using k8s.Models;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>What the expressions of one policy share: their environment, conditions and variables.</summary>
internal sealed class PolicyCode
{
    private readonly List<(string Name, PolicyExpression Expression)> _variables = [];

    /// <param name="hasParams">Whether <c>params</c> is there.</param>
    /// <param name="conditions">The policy's match conditions.</param>
    /// <param name="variables">In order; each sees those before it.</param>
    /// <param name="types">Types that expressions may name; null for none.</param>
    public PolicyCode(bool hasParams, IEnumerable<V1MatchCondition>? conditions, IEnumerable<V1Variable>? variables, ICelTypeProvider? types = null)
    {
        var type = new VariablesType();
        Environment = (hasParams ? PolicyTypes.WithParams : PolicyTypes.WithoutParams).Extend(builder =>
        {
            builder.AddVariable("variables", type);
            if (types is not null) { builder.AddTypes(types).AddFunctions(MutationFunctions.All); }
        });
        HasParams = hasParams;
        var bare = hasParams ? PolicyTypes.WithParams : PolicyTypes.WithoutParams;
        Conditions = [.. (conditions ?? []).Select(condition => PolicyExpression.Compile(bare, condition.Expression ?? string.Empty, CelType.Bool))];
        foreach (var variable in variables ?? [])
        {
            var expression = PolicyExpression.Compile(Environment, variable.Expression ?? string.Empty);
            if (expression.Program is not null) { type.Add(variable.Name, expression.Type); }
            _variables.Add((variable.Name, expression));
        }
    }

    /// <summary>What expressions may use.</summary>
    public CelEnvironment Environment { get; }

    /// <summary>Whether <c>params</c> is there.</summary>
    public bool HasParams { get; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<PolicyExpression> Conditions { get; }

    /// <summary>In order.</summary>
    public IReadOnlyList<(string Name, PolicyExpression Expression)> Variables => _variables;
}
