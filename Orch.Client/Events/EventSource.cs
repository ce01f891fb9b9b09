namespace Orch.Client.Events;

/// <summary>Who reports an event.</summary>
/// <param name="Component">Such as <c>kubelet</c> or <c>default-scheduler</c>.</param>
/// <param name="Host">The node it is on, for a node's component; null otherwise.</param>
public sealed record EventSource(string Component, string? Host = null);
