using Orch.Health;

namespace Orch.Scheduling.Hosting;

/// <summary>Whether the scheduler of this process runs.</summary>
internal sealed class SchedulerHealth : IComponentHealth
{
    private string? _fault = "the scheduler has not started";

    public string Name => "scheduler";

    /// <summary>It runs, or waits for the cluster to be read.</summary>
    public void Run() => Volatile.Write(ref _fault, null);

    /// <summary>It does not run any more.</summary>
    public void Stop(string reason) => Volatile.Write(ref _fault, reason);

    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new(Volatile.Read(ref _fault));
}
