using Orch.Cel.Evaluation;

namespace Orch.Cel;

/// <summary>An expression ready to evaluate, any number of times, from any thread.</summary>
public sealed class CelProgram
{
    /// <summary>The most that Kubernetes lets one evaluation cost.</summary>
    public const long KubernetesCallLimit = 1_000_000;

    private readonly int _variableCount;
    private readonly int _localCount;
    private readonly Step _root;

    internal CelProgram(int variableCount, Step root, int localCount)
    {
        _variableCount = variableCount;
        _localCount = localCount;
        _root = root;
    }

    /// <summary>Evaluates the expression. Whatever goes wrong is in the result; nothing is thrown but for bindings of another environment.</summary>
    /// <param name="bindings">Made for the environment that compiled the expression, or for one that extends it.</param>
    /// <param name="costLimit">An evaluation that would cost more ends with the error <c>operation cancelled: actual cost limit exceeded</c>.</param>
    /// <param name="cancellationToken">Ends loops early, with the error <c>operation interrupted</c>.</param>
    public CelResult Evaluate(CelBindings bindings, long costLimit = KubernetesCallLimit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(bindings);
        if (bindings.Values.Length < _variableCount) { throw new ArgumentException("The bindings are of another environment.", nameof(bindings)); }
        var frame = new Frame(bindings, _localCount, costLimit, cancellationToken);
        try
        {
            return new CelResult(_root.Evaluate(frame), frame.Cost);
        }
        catch (EvaluationEndedException ended)
        {
            return new CelResult(CelValue.Fault(ended.Error), frame.Cost);
        }
    }
}
