namespace Orch.Cel;

/// <summary>What was decided.</summary>
/// <param name="IsAllowed">Whether it may be done.</param>
/// <param name="Reason">Why; may be empty.</param>
/// <param name="Error">What failed in deciding; null when nothing did.</param>
public sealed record CelAuthorizationDecision(bool IsAllowed, string Reason, string? Error)
{
    /// <summary>Stands for an answer that takes time: the check gives a fault, and the expression is to be evaluated again once the answer is known.</summary>
    public static CelAuthorizationDecision Pending { get; } = new(false, string.Empty, "authorization is not decided yet");
}
