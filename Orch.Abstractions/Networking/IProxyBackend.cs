namespace Orch.Networking;

/// <summary>Makes a node forward traffic for services to their endpoints.</summary>
/// <remarks>
/// Each call takes effect as a whole or not at all; running one twice changes nothing. What an earlier process left is taken over or removed
/// by the first call. Cost grows with the change, but for that first call. Calls come one at a time.
/// </remarks>
public interface IProxyBackend
{
    /// <summary>The name by which a host chooses it.</summary>
    string Name { get; }

    /// <summary>Brings the node from the last applied state to the desired one.</summary>
    /// <param name="desired">Everything, by service port.</param>
    /// <param name="delta">What changed since the last successful call; null: everything may have.</param>
    Task ApplyAsync(IReadOnlyDictionary<ServicePortKey, ServicePortRoute> desired, ServiceRoutesDelta? delta, CancellationToken cancellationToken);

    /// <summary>Removes all that the backend has put on the node.</summary>
    Task RemoveAsync(CancellationToken cancellationToken);
}

/// <summary>Names one port of a service.</summary>
/// <param name="Service">Namespace and name.</param>
/// <param name="Port">The service's port number.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or <c>SCTP</c>.</param>
public readonly record struct ServicePortKey(Resources.ObjectKey Service, int Port, string Protocol);

/// <summary>What changed between two states.</summary>
/// <param name="Removed">Ports that are no more, as they last were.</param>
/// <param name="Changed">Ports that are new or different: how they were (null when new) and how they are.</param>
public sealed record ServiceRoutesDelta(IReadOnlyList<ServicePortRoute> Removed, IReadOnlyList<(ServicePortRoute? Old, ServicePortRoute New)> Changed);
