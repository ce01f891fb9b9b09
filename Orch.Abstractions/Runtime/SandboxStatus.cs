namespace Orch.Runtime;

/// <summary>A sandbox as it is.</summary>
/// <param name="Id">The engine's id.</param>
/// <param name="Pod">For whom it was made.</param>
/// <param name="Attempt">As given on creation.</param>
public sealed record SandboxStatus(SandboxId Id, PodReference Pod, int Attempt)
{
    /// <summary>Its network namespace can be used.</summary>
    public bool IsReady { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>A path that <c>setns</c> can open while it is ready, such as <c>/proc/1234/ns/net</c>; null when stopped or on the node's network.</summary>
    public string? NetworkNamespacePath { get; init; }

    /// <summary>As given on creation.</summary>
    public NamespaceSharing Namespaces { get; init; } = new();

    /// <summary>As given on creation.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>As given on creation.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
}
