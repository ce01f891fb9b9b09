using k8s.Models;
using Orch.Kubelet.Status;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>What the agent remembers of one pod between looks at it; touched by the pod's worker alone.</summary>
/// <remarks>Nothing in here is needed for correctness: after a restart of the agent it is found out anew.</remarks>
internal sealed class PodRecord(V1Pod pod)
{
    /// <summary>The newest spec and metadata; its status may be old.</summary>
    public V1Pod Pod { get; set; } = pod;

    public string Uid { get; } = pod.Metadata.Uid;

    /// <summary>By container name: why it could not be started the last time.</summary>
    public Dictionary<string, WaitingReason> Waiting { get; } = [];

    /// <summary>The pod's own addresses.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];

    /// <summary>The sandbox that has <see cref="Addresses"/>.</summary>
    public SandboxId? AttachedSandbox { get; set; }

    /// <summary>Why the agent failed the pod, if it did.</summary>
    public PodFailure? Failure { get; set; }

    /// <summary>Full statuses that cannot change any more.</summary>
    public Dictionary<ContainerId, ContainerStatus> Exited { get; } = [];

    /// <summary>Limits in force, where they were seen to change.</summary>
    public Dictionary<ContainerId, ContainerResources> Resources { get; } = [];

    /// <summary>It was let onto the node, or was found running on it.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>The API has no such pod (any more): its status is nobody's business.</summary>
    public bool IsGone { get; set; }
}
