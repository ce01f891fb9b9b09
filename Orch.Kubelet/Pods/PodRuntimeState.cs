using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>What of a pod the runtime has, at one moment.</summary>
/// <param name="Sandboxes">The newest attempt first.</param>
/// <param name="Containers">With full status, the newest attempt of each name first.</param>
internal sealed record PodRuntimeState(IReadOnlyList<SandboxStatus> Sandboxes, IReadOnlyList<ContainerStatus> Containers)
{
    public static PodRuntimeState Empty { get; } = new([], []);

    /// <summary>The newest sandbox, if it is usable.</summary>
    public SandboxStatus? ReadySandbox => Sandboxes.Count > 0 && Sandboxes[0].IsReady ? Sandboxes[0] : null;

    public bool HasRunning => Containers.Any(static c => c.State is ContainerState.Running or ContainerState.Unknown);

    public static PodRuntimeState From(IEnumerable<SandboxStatus> sandboxes, IEnumerable<ContainerStatus> containers)
        => new(
            [.. sandboxes.OrderByDescending(static s => s.Attempt).ThenByDescending(static s => s.CreatedAt)],
            [.. containers.OrderByDescending(static c => c.Attempt).ThenByDescending(static c => c.CreatedAt)]);

    /// <summary>The newest container of a name, in whatever sandbox.</summary>
    public ContainerStatus? Newest(string name) => Containers.FirstOrDefault(c => c.Name == name);

    /// <summary>The newest container of a name, if it lives in a sandbox.</summary>
    public ContainerStatus? NewestIn(SandboxId sandbox, string name)
        => Newest(name) is { } container && container.Sandbox == sandbox ? container : null;
}
