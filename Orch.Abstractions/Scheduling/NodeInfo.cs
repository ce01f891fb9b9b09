using k8s.Models;

namespace Orch.Scheduling;

/// <summary>A node with what runs on it, as one scheduling cycle sees it; read-only for plugins.</summary>
public abstract class NodeInfo
{
    /// <summary>Shared with caches: never mutated.</summary>
    public abstract V1Node Node { get; }

    /// <summary>The node's name.</summary>
    public abstract string Name { get; }

    /// <summary>Grows with each change of the node or its pods: what was computed from it holds while this stays.</summary>
    public abstract long Generation { get; }

    /// <summary>Where it stands in <see cref="NodeSnapshot.Nodes"/>, so that an array can hold what a plugin remembers of each node; negative outside a snapshot.</summary>
    public abstract int Position { get; }

    /// <summary>All pods assumed or bound to it.</summary>
    public abstract IReadOnlyList<PodInfo> Pods { get; }

    /// <summary>What its pods ask for in all.</summary>
    public abstract ResourceAmounts Requested { get; }

    /// <summary>CPU that its pods ask for as scoring counts it, in thousandths of a core.</summary>
    public abstract long NonZeroRequestedMilliCpu { get; }

    /// <summary>Memory that its pods ask for as scoring counts it, in bytes.</summary>
    public abstract long NonZeroRequestedMemoryBytes { get; }

    /// <summary>What it offers to pods.</summary>
    public abstract ResourceAmounts Allocatable { get; }

    /// <summary>Whether a port is still free on it.</summary>
    public abstract bool IsPortFree(HostPort port);

    /// <summary>Size in bytes of an image that it has; 0 when it has not.</summary>
    public abstract long ImageSizeBytes(string image);
}

/// <summary>All nodes at one moment; does not change during a cycle.</summary>
public abstract class NodeSnapshot
{
    /// <summary>All nodes, zone by zone in turn.</summary>
    public abstract IReadOnlyList<NodeInfo> Nodes { get; }

    /// <summary>A node by name, or null.</summary>
    public abstract NodeInfo? Find(string nodeName);

    /// <summary>How many nodes have an image.</summary>
    public abstract int NodesWithImage(string image);
}
