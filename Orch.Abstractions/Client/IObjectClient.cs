using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client;

/// <summary>The verbs of one resource that need no whole object.</summary>
/// <remarks>Every member throws <see cref="ApiException"/> with the server's <c>Status</c> when the server refuses.</remarks>
public interface IObjectClient<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Reads one object.</summary>
    Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken);

    /// <summary>Reads a collection, or a page of it.</summary>
    Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken);

    /// <summary>Streams changes after a resource version: no gap, no duplicate, in order, bookmarks included.</summary>
    /// <returns>Ends when the server closes the watch (resume from the last version seen).</returns>
    /// <exception cref="ApiException">Expired (410): list anew.</exception>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, CancellationToken cancellationToken);

    /// <summary>Patches the object or a subresource of it.</summary>
    Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken);

    /// <summary>Deletes, or begins to: an object with finalizers or a grace period lives on for a while.</summary>
    Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken);
}
