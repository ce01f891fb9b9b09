namespace Orch.Runtime;

/// <summary>What containers use.</summary>
public interface IRuntimeStats
{
    /// <summary>The usage of all running containers whose labels include the given ones; those that vanish meanwhile are left out.</summary>
    Task<IReadOnlyList<ContainerStats>> ListContainerStatsAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancellationToken);
}

/// <summary>One container's usage at a moment.</summary>
/// <param name="Id">Which container.</param>
/// <param name="At">The moment.</param>
/// <param name="Labels">As given on creation.</param>
public sealed record ContainerStats(ContainerId Id, DateTimeOffset At, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>CPU time used since its start.</summary>
    public TimeSpan CpuTime { get; init; }

    /// <summary>Memory charged to it, page cache included.</summary>
    public long MemoryUsageBytes { get; init; }

    /// <summary>Memory that cannot be reclaimed at once: usage less inactive file cache.</summary>
    public long MemoryWorkingSetBytes { get; init; }

    /// <summary>Size of its writable layer; null when the engine does not say cheaply.</summary>
    public long? WritableLayerBytes { get; init; }
}
