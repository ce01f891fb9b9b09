namespace Orch.Runtime;

/// <summary>Where a container is in its one-way life.</summary>
public enum ContainerState
{
    /// <summary>Made and never started.</summary>
    Created,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Its process is gone, or never could start.</summary>
    Exited,

    /// <summary>The engine cannot tell, such as while it is being removed.</summary>
    Unknown,
}

/// <summary>A container as it is.</summary>
/// <param name="Id">The engine's id.</param>
/// <param name="Sandbox">Where it lives.</param>
/// <param name="Name">As given on creation.</param>
/// <param name="Attempt">As given on creation.</param>
/// <param name="State">Where it is in its life.</param>
public sealed record ContainerStatus(ContainerId Id, SandboxId Sandbox, string Name, int Attempt, ContainerState State)
{
    /// <summary>What the pod said.</summary>
    public string Image { get; init; } = string.Empty;

    /// <summary>What it runs; for a pod's <c>imageID</c>, a digest reference where the engine knows one.</summary>
    public string ImageReference { get; init; } = string.Empty;

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null unless exited.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Null unless exited; 128 + n for a death by signal n.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The kernel killed it for memory.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>What the engine has to say, such as why it did not start; may be empty.</summary>
    public string Message { get; init; } = string.Empty;

    /// <summary>As given on creation.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>As given on creation.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}
