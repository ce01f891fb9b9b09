using k8s.Models;
using Orch.Resources;

namespace Orch.Client;

/// <summary>A cluster client that reads the scale of any resource which has one, with a model or without.</summary>
public interface IScaleClusterClient
{
    /// <summary>Reads the subresource <c>scale</c> of one object.</summary>
    /// <exception cref="ApiException">Not found: with the object's name in its details there is no such object, without it the resource is not served or has no scale.</exception>
    Task<V1Scale> GetScaleAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken);
}
