namespace Orch.Cel.Evaluation;

/// <summary>What one evaluation knows: values, locals, cost.</summary>
internal sealed class Frame(CelBindings bindings, int localCount, long costLimit, CancellationToken cancellationToken)
{
    private const int IterationsBetweenChecks = 100;
    private int _iterations;

    public CelValue[] Locals { get; } = localCount == 0 ? [] : new CelValue[localCount];

    public long Cost { get; private set; }

    public CelValue Variable(int index) => bindings.IsSet[index] ? bindings.Values[index] : bindings.Make(index);

    public void Charge(long cost)
    {
        Cost += cost;
        if (Cost > costLimit || Cost < 0)
        {
            throw new EvaluationEndedException(new CelError("operation cancelled: actual cost limit exceeded") { IsCostLimitExceeded = true });
        }
    }

    /// <summary>Called once for every step of a loop.</summary>
    public void Iterate()
    {
        if (++_iterations % IterationsBetweenChecks == 0 && cancellationToken.IsCancellationRequested)
        {
            throw new EvaluationEndedException(new CelError("operation interrupted"));
        }
    }
}
