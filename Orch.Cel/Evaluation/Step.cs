namespace Orch.Cel.Evaluation;

/// <summary>A part of a program.</summary>
internal abstract class Step
{
    public abstract CelValue Evaluate(Frame frame);
}
