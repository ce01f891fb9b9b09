namespace Orch.Cel;

/// <summary>What was decided.</summary>
/// <param name="IsAllowed">Whether it may be done.</param>
/// <param name="Reason">Why; may be empty.</param>
/// <param name="Error">What failed in deciding; null when nothing did.</param>
public sealed record CelAuthorizationDecision(bool IsAllowed, string Reason, string? Error);
