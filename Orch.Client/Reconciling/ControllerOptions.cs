using Orch.Client.Queues;

namespace Orch.Client.Reconciling;

/// <summary>How a <see cref="ControllerLoop"/> works.</summary>
public sealed class ControllerOptions
{
    /// <summary>Keys worked on at once; 5 by default, at least 1.</summary>
    public int Workers { get; set; } = 5;

    /// <summary>How often every object of every watched kind is looked at without cause, as a safety net; 30 minutes by default, null for never.</summary>
    public TimeSpan? ResyncPeriod { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How retries are spaced.</summary>
    public WorkQueueOptions Queue { get; set; } = new();
}
