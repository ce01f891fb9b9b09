using k8s.Models;
using Orch.Resources;

namespace Orch.Scheduling;

/// <summary>A pod with what the scheduler computes from it once; immutable.</summary>
/// <param name="Pod">Shared with caches: never mutated.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Requests">What it asks for in all, init and sidecar containers and overhead counted as upstream does.</param>
/// <param name="NonZeroMilliCpu">CPU as scoring counts it: a container without a request counts as 100 thousandths.</param>
/// <param name="NonZeroMemoryBytes">Memory as scoring counts it: a container without a request counts as 200 MiB.</param>
/// <param name="HostPorts">Ports it takes on its node; empty for most.</param>
public sealed record PodInfo(
    V1Pod Pod, ObjectKey Key, ResourceAmounts Requests, long NonZeroMilliCpu, long NonZeroMemoryBytes, IReadOnlyList<HostPort> HostPorts)
{
    /// <summary>The pod's uid.</summary>
    public string Uid => Pod.Metadata.Uid ?? string.Empty;

    /// <summary>0 when it has none.</summary>
    public int Priority => Pod.Spec.Priority ?? 0;
}

/// <summary>A port taken on a node.</summary>
/// <param name="Address"><c>0.0.0.0</c> for all of the node's addresses.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct HostPort(string Address, string Protocol, int Port)
{
    /// <summary>Whether both cannot be on one node.</summary>
    public bool ConflictsWith(HostPort other)
        => Port == other.Port && Protocol == other.Protocol
            && (Address == other.Address || Address == "0.0.0.0" || other.Address == "0.0.0.0");
}

/// <summary>A pod in the queue.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Enqueued">When it first entered the active queue.</param>
/// <param name="Attempts">How often it has been tried.</param>
public sealed record QueuedPod(PodInfo Pod, DateTimeOffset Enqueued, int Attempts);
