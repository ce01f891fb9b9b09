using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.InProcess;

/// <summary>Acts as one identity.</summary>
internal sealed class InProcessClusterClient(InProcessServer server, UserInfo user) : IClusterClient, IMetadataClusterClient, IScaleClusterClient
{
    private readonly ConcurrentDictionary<Type, object> _clients = new();

    /// <inheritdoc />
    public IResourceClient<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
        => (IResourceClient<T>)_clients.GetOrAdd(typeof(T), static (_, self) => new InProcessResourceClient<T>(self.Server, self.User, ResourceTypes.Of<T>()), (Server: server, User: user));

    /// <inheritdoc />
    public IObjectClient<PartialObjectMetadata> Metadata(GroupVersionResource resource) => new InProcessResourceClient<PartialObjectMetadata>(server, user, PartialObjects.Of(resource));

    /// <inheritdoc />
    public Task<V1Scale> GetScaleAsync(GroupVersionResource resource, ObjectKey key, CancellationToken cancellationToken)
        => new InProcessResourceClient<PartialObjectMetadata>(server, user, PartialObjects.Of(resource)).GetSubresourceAsync<V1Scale>(key, "scale", cancellationToken);
}
