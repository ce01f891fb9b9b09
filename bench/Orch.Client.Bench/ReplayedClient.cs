using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Client.Bench;

/// <summary>Answers one list and one watch of pods from memory.</summary>
internal sealed class ReplayedClient(V1Pod[] pods, WatchEvent<V1Pod>[] changes) : IClusterClient, IResourceClient<V1Pod>
{
    public IResourceClient<T> Resource<T>()
        where T : class, IKubernetesObject<V1ObjectMeta> => (IResourceClient<T>)(object)this;

    public Task<ResourceList<V1Pod>> ListAsync(ListRequest request, CancellationToken cancellationToken)
        => Task.FromResult(new ResourceList<V1Pod>(pods, "1", null));

    public async IAsyncEnumerable<WatchEvent<V1Pod>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var change in changes) { yield return change; }
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public Task<V1Pod> GetAsync(ObjectKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Pod> CreateAsync(V1Pod resource, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Pod> UpdateAsync(V1Pod resource, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Pod> UpdateStatusAsync(V1Pod resource, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Pod> UpdateSubresourceAsync(V1Pod resource, string subresource, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<V1Pod> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject => throw new NotSupportedException();

    public Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject => throw new NotSupportedException();

    public Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject => throw new NotSupportedException();
}
