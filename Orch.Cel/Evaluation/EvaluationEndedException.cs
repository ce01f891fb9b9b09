namespace Orch.Cel.Evaluation;

/// <summary>Ends an evaluation at once, past everything that absorbs errors; never leaves <see cref="CelProgram"/>.</summary>
internal sealed class EvaluationEndedException(CelError error) : Exception(error.Message)
{
    public CelError Error { get; } = error;
}
