namespace Orch.Scheduling;

/// <summary>What changed in the cluster.</summary>
[Flags]
public enum ClusterChange
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A node joined.</summary>
    NodeAdded = 1,

    /// <summary>A node offers more or other resources.</summary>
    NodeAllocatable = 2,

    /// <summary>A node's labels changed.</summary>
    NodeLabels = 4,

    /// <summary>A node's taints, or its being unschedulable, changed.</summary>
    NodeTaints = 8,

    /// <summary>A node's conditions or images changed.</summary>
    NodeStatus = 16,

    /// <summary>A pod that runs somewhere came, or its labels changed.</summary>
    AssignedPodChanged = 32,

    /// <summary>A pod that ran somewhere ended or went: what it took is free.</summary>
    AssignedPodGone = 64,

    /// <summary>The waiting pod itself changed.</summary>
    PodItself = 128,

    /// <summary>Any of them.</summary>
    All = 255,
}

/// <summary>A change after which a refused pod is worth another try.</summary>
/// <param name="Change">Which changes.</param>
/// <param name="IsWorthTrying">Looks closer; null: always worth it. Given the waiting pod, and the old and new object (null when it came or went). Pure and quick.</param>
public sealed record RequeueHint(ClusterChange Change, Func<PodInfo, object?, object?, bool>? IsWorthTrying = null);
