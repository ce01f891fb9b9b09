using System.Net;

namespace Orch.Networking;

/// <summary>Where traffic for one port of a service goes. Equality is by content.</summary>
/// <param name="Key">Which port.</param>
/// <param name="Addresses">Cluster, external and load balancer addresses that the port answers on.</param>
/// <param name="NodePort">The port on every node; 0 for none.</param>
/// <param name="Endpoints">For traffic to the addresses, in slots that keep their endpoint as long as possible.</param>
/// <param name="NodePortEndpoints">For traffic to the node port: fewer where the policy says local.</param>
/// <param name="KeepsClientAddress">Traffic to the node port keeps its source address (external traffic policy <c>Local</c>).</param>
/// <param name="AffinityTimeout">How long a client stays with its endpoint; null: each connection goes anywhere.</param>
public sealed record ServicePortRoute(
    ServicePortKey Key,
    IReadOnlyList<IPAddress> Addresses,
    int NodePort,
    IReadOnlyList<IPEndPoint> Endpoints,
    IReadOnlyList<IPEndPoint> NodePortEndpoints,
    bool KeepsClientAddress,
    TimeSpan? AffinityTimeout)
{
    /// <inheritdoc />
    public bool Equals(ServicePortRoute? other)
        => other is not null && Key == other.Key && NodePort == other.NodePort && KeepsClientAddress == other.KeepsClientAddress
            && AffinityTimeout == other.AffinityTimeout && Addresses.SequenceEqual(other.Addresses)
            && Endpoints.SequenceEqual(other.Endpoints) && NodePortEndpoints.SequenceEqual(other.NodePortEndpoints);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, NodePort, Endpoints.Count, NodePortEndpoints.Count);
}
