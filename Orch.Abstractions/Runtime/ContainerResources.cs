namespace Orch.Runtime;

/// <summary>Cgroup settings of a container; null leaves the engine's default.</summary>
public sealed record ContainerResources
{
    /// <summary>Relative weight, 2 to 262144, in cgroup v1's terms; 1024 is one CPU requested.</summary>
    public long? CpuShares { get; init; }

    /// <summary>CPU time in each <see cref="CpuPeriod"/>; null for no limit.</summary>
    public TimeSpan? CpuQuota { get; init; }

    /// <summary>By custom 100 ms.</summary>
    public TimeSpan? CpuPeriod { get; init; }

    /// <summary>In bytes; swap beyond it is not allowed.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Processes and threads.</summary>
    public long? ProcessLimit { get; init; }

    /// <summary>-1000 to 1000.</summary>
    public int? OomScoreAdjustment { get; init; }
}
