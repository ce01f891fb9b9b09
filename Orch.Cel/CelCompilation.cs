using Orch.Cel.Checking;
using Orch.Cel.Costs;
using Orch.Cel.Evaluation;
using Orch.Cel.Syntax;

namespace Orch.Cel;

/// <summary>An expression after parse and check.</summary>
public sealed class CelCompilation
{
    private readonly CelEnvironment _environment;
    private readonly Source _source;
    private readonly Expr? _tree;

    internal CelCompilation(CelEnvironment environment, Source source, Expr? tree)
    {
        _environment = environment;
        _source = source;
        _tree = tree;
        Issues = source.HasFaults ? source.Issues() : [];
    }

    /// <summary>The source.</summary>
    public string Expression => _source.Text;

    /// <summary>Whether it can be evaluated.</summary>
    public bool IsValid => _tree is not null;

    /// <summary>What is wrong, in order of position; empty when valid.</summary>
    public IReadOnlyList<CelIssue> Issues { get; }

    /// <summary>The type of its value; dyn when invalid.</summary>
    public CelType ResultType => _tree?.Type ?? CelType.Dyn;

    internal Expr? Tree => _tree;

    /// <summary>All issues as cel-go prints them; empty when valid.</summary>
    public string ErrorText() => _source.Describe(Issues);

    /// <summary>What an evaluation can cost, given the bounds of the declared types.</summary>
    /// <exception cref="InvalidOperationException">It is not valid.</exception>
    public CelCostEstimate EstimateCost() => new CostEstimator().Estimate(Valid());

    /// <summary>Whether the expression names this variable, as a whole or its fields.</summary>
    public bool UsesVariable(string name) => _environment.TryFindVariable(name, out var index, out _) && VariableUses.Of(Valid(), index);

    /// <summary>Makes what evaluates it.</summary>
    /// <exception cref="InvalidOperationException">It is not valid.</exception>
    public CelProgram ToProgram()
    {
        var planner = new Planner();
        return new CelProgram(_environment.VariableCount, planner.Plan(Valid()), planner.LocalCount);
    }

    private Expr Valid() => _tree ?? throw new InvalidOperationException(ErrorText());
}
