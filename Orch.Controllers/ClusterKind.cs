using k8s;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers;

/// <summary>One kind, seen through its metadata alone.</summary>
internal abstract class ClusterKind
{
    public abstract KindInfo Info { get; }

    /// <summary>Its objects as one client reaches them.</summary>
    public abstract IMetadataClient Client(IClusterClient client);

    /// <summary>Calls back for every object that there is and every change.</summary>
    public abstract IMetadataSource Source(IInformerFactory informers);
}

/// <summary>Reads and writes objects of one kind by their metadata.</summary>
internal interface IMetadataClient
{
    Task<V1ObjectMeta> GetAsync(ObjectKey key, CancellationToken cancellationToken);

    Task<IReadOnlyList<V1ObjectMeta>> ListAsync(string namespaceName, CancellationToken cancellationToken);

    Task PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken);

    Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken);
}

/// <summary>The changes of one kind.</summary>
internal interface IMetadataSource
{
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    bool HasSynced { get; }

    /// <param name="handler">Old and new metadata; null where there is none.</param>
    IDisposable Subscribe(Action<V1ObjectMeta?, V1ObjectMeta?> handler);
}

/// <summary>A kind that has a model.</summary>
internal sealed class ClusterKind<T> : ClusterKind
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public override KindInfo Info { get; } = ResourceTypes.Of<T>();

    public override IMetadataClient Client(IClusterClient client) => new ModelClient(client.Resource<T>());

    public override IMetadataSource Source(IInformerFactory informers) => new ModelSource(informers.Informer<T>());

    private sealed class ModelClient(IResourceClient<T> client) : IMetadataClient
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

    private sealed class ModelSource(IInformer<T> informer) : IMetadataSource
    {
        public bool HasSynced => informer.HasSynced;

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

        public IDisposable Subscribe(Action<V1ObjectMeta?, V1ObjectMeta?> handler) => informer.Subscribe(change => handler(change.Old?.Metadata, change.New?.Metadata));
    }
}
