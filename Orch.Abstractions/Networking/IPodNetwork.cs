namespace Orch.Networking;

/// <summary>Gives pod sandboxes their addresses and the node its routes to other nodes' pods.</summary>
/// <remarks>
/// Every member is idempotent and crash-safe: what exists is found again from the kernel's own state (interface and rule names carry
/// the owner's identity), never from private files alone.
/// </remarks>
public interface IPodNetwork
{
    /// <summary>Brings up what the node needs (bridge, forwarding, masquerading) for its pod range.</summary>
    /// <param name="podCidr">The node's own range, such as <c>10.244.0.0/24</c>.</param>
    Task SetUpNodeAsync(string podCidr, CancellationToken cancellationToken);

    /// <summary>Connects a sandbox's network namespace and gives it an address; calling again returns the same one.</summary>
    /// <exception cref="InvalidOperationException">No address is left; the message names the range.</exception>
    Task<PodAddress> AttachAsync(PodNetworkRequest request, CancellationToken cancellationToken);

    /// <summary>Disconnects a sandbox and frees its address; unknown sandboxes are no error.</summary>
    Task DetachAsync(string sandboxId, CancellationToken cancellationToken);

    /// <summary>Frees the addresses of all sandboxes but these; called after a restart of the node agent.</summary>
    Task RetainOnlyAsync(IReadOnlySet<string> sandboxIds, CancellationToken cancellationToken);

    /// <summary>Removes everything that <see cref="SetUpNodeAsync"/> made.</summary>
    Task TearDownNodeAsync(CancellationToken cancellationToken);
}

/// <summary>A sandbox to connect.</summary>
/// <param name="SandboxId">The runtime's id; names the interface.</param>
/// <param name="NetworkNamespacePath">Such as <c>/proc/1234/ns/net</c>.</param>
/// <param name="Pod">Namespace and name, for messages.</param>
public sealed record PodNetworkRequest(string SandboxId, string NetworkNamespacePath, Resources.ObjectKey Pod)
{
    /// <summary>Ports of the node that lead to the pod; empty for none.</summary>
    public IReadOnlyList<HostPortMapping> HostPorts { get; init; } = [];
}

/// <summary>A port of the node that leads to a port of a pod.</summary>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
/// <param name="HostPort">On the node.</param>
/// <param name="ContainerPort">In the pod.</param>
/// <param name="HostIP">Only on this address of the node; null for all.</param>
public sealed record HostPortMapping(string Protocol, int HostPort, int ContainerPort, System.Net.IPAddress? HostIP = null);

/// <summary>What a sandbox was given.</summary>
/// <param name="Addresses">The pod's addresses, the primary first.</param>
/// <param name="Gateway">The node's address on the pod network.</param>
public sealed record PodAddress(IReadOnlyList<System.Net.IPAddress> Addresses, System.Net.IPAddress Gateway);
