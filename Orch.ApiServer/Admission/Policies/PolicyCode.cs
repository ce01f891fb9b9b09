using k8s.Models;
using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>What the expressions of one policy share: their environments, conditions and variables.</summary>
internal sealed class PolicyCode
{
    private readonly List<PolicyExpression> _conditions = [];
    private readonly List<(string Name, PolicyExpression Expression)> _variables = [];
    private readonly VariablesType? _type;
    private readonly CelEnvironment _bare;
    private CelEnvironment? _forMessages;
    private CelEnvironment? _forMutations;

    /// <summary>Without conditions and variables yet.</summary>
    /// <param name="hasParams">Whether <c>params</c> is there.</param>
    /// <param name="hasVariables">Whether <c>variables</c> is there.</param>
    public PolicyCode(bool hasParams, bool hasVariables)
        : this(PolicyTypes.Environment(hasParams), hasParams, hasVariables)
    {
    }

    /// <summary>The same where more is known of the types of objects and parameters.</summary>
    /// <param name="bare">What expressions may use beside variables.</param>
    public PolicyCode(CelEnvironment bare, bool hasParams, bool hasVariables)
    {
        HasParams = hasParams;
        _bare = bare;
        _type = hasVariables ? new VariablesType() : null;
        Environment = WithVariables(_bare);
    }

    /// <param name="hasParams">Whether <c>params</c> is there.</param>
    /// <param name="conditions">The match conditions.</param>
    /// <param name="variables">In order; each sees those before it.</param>
    public PolicyCode(bool hasParams, IEnumerable<V1MatchCondition>? conditions, IList<V1Variable>? variables)
        : this(hasParams, variables is { Count: > 0 })
    {
        foreach (var condition in conditions ?? []) { AddCondition(condition.Expression ?? string.Empty); }
        foreach (var variable in variables ?? []) { AddVariable(variable.Name, variable.Expression ?? string.Empty); }
    }

    /// <summary>What expressions may use.</summary>
    public CelEnvironment Environment { get; }

    /// <summary>What expressions that make messages may use.</summary>
    public CelEnvironment ForMessages => _forMessages ??= WithVariables(PolicyTypes.Environment(HasParams, hasAuthorizer: false));

    /// <summary>What mutations may use.</summary>
    public CelEnvironment ForMutations => _forMutations ??= Environment.Extend(static builder => builder.AddTypes(MutationTypes.Instance).AddFunctions(MutationFunctions.All));

    /// <summary>Whether <c>params</c> is there.</summary>
    public bool HasParams { get; }

    /// <summary>All must hold.</summary>
    public IReadOnlyList<PolicyExpression> Conditions => _conditions;

    /// <summary>In order.</summary>
    public IReadOnlyList<(string Name, PolicyExpression Expression)> Variables => _variables;

    /// <summary>Compiles a match condition; it does not see variables.</summary>
    public PolicyExpression AddCondition(string text)
    {
        var expression = PolicyExpression.Compile(_bare, text, CelType.Bool);
        _conditions.Add(expression);
        return expression;
    }

    /// <summary>Compiles a variable and lets later expressions use it, also when it cannot be compiled.</summary>
    public PolicyExpression AddVariable(string name, string text)
    {
        var expression = PolicyExpression.Compile(Environment, text);
        _type!.Add(name, expression.Type);
        _variables.Add((name, expression));
        return expression;
    }

    /// <summary>Compiles a mutation.</summary>
    public PolicyExpression Mutation(string text, bool isJsonPatch)
        => PolicyExpression.Compile(ForMutations, text, isJsonPatch ? CelType.List(MutationTypes.Operation) : MutationTypes.Applied);

    private CelEnvironment WithVariables(CelEnvironment environment) => _type is null ? environment : environment.Extend(builder => builder.AddVariable("variables", _type));
}
