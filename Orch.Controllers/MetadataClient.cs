using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers;

/// <summary>Reads and writes objects of one kind by their metadata.</summary>
internal interface IMetadataClient
{
    Task<V1ObjectMeta> GetAsync(ObjectKey key, CancellationToken cancellationToken);

    Task<IReadOnlyList<V1ObjectMeta>> ListAsync(string namespaceName, CancellationToken cancellationToken);

    Task PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken);

    Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken);
}

/// <summary>Over whatever form of the objects a client shows.</summary>
internal sealed class MetadataClient<T>(IObjectClient<T> client) : IMetadataClient
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public async Task<V1ObjectMeta> GetAsync(ObjectKey key, CancellationToken cancellationToken) => (await client.GetAsync(key, cancellationToken).ConfigureAwait(false)).Metadata;

    public async Task<IReadOnlyList<V1ObjectMeta>> ListAsync(string namespaceName, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync(new ListRequest { Namespace = namespaceName }, cancellationToken).ConfigureAwait(false);
        return [.. list.Items.Select(static item => item.Metadata)];
    }

    public Task PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken) => client.PatchAsync(key, patch, cancellationToken);

    public Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken) => client.DeleteAsync(key, request, cancellationToken);
}
