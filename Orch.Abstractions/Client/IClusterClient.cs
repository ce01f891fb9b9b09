using k8s;
using k8s.Models;

namespace Orch.Client;

/// <summary>Reads and writes a cluster as one identity.</summary>
/// <remarks>
/// In process or over HTTPS alike: same admission, same authorization, same errors. Safe for concurrent use. Objects that it
/// returns may be shared with caches: they are never mutated; copy every level down to a change.
/// </remarks>
public interface IClusterClient
{
    /// <summary>The client of one kind; <typeparamref name="T"/> carries a <see cref="KubernetesEntityAttribute"/>.</summary>
    /// <exception cref="ArgumentException">The type has no such attribute.</exception>
    IResourceClient<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>;
}

/// <summary>Makes clients, one for each identity that a component acts as.</summary>
public interface IClusterClientFactory
{
    /// <summary>A client that acts as <paramref name="identity"/>; cheap, not disposed by the caller.</summary>
    /// <remarks>Where the transport has one fixed credential (a kubeconfig), that credential is used and the identity serves as user agent.</remarks>
    IClusterClient CreateClient(ClientIdentity identity);
}
