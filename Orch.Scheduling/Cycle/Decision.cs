namespace Orch.Scheduling.Cycle;

/// <summary>What a cycle found for a pod.</summary>
/// <param name="NodeName">Null: no node.</param>
/// <param name="Message">Why not; null with a node.</param>
/// <param name="RejectedBy">The plugins that refused; empty when something broke instead.</param>
/// <param name="Evaluated">How many nodes were looked at.</param>
/// <param name="Feasible">How many of them fit.</param>
internal sealed record Decision(string? NodeName, string? Message, IReadOnlyCollection<string> RejectedBy, int Evaluated, int Feasible);
