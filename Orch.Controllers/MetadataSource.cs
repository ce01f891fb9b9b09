using k8s;
using k8s.Models;
using Orch.Client;

namespace Orch.Controllers;

/// <summary>The changes of one kind.</summary>
internal interface IMetadataSource
{
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    bool HasSynced { get; }

    /// <param name="handler">Old and new metadata; null where there is none.</param>
    IDisposable Subscribe(Action<V1ObjectMeta?, V1ObjectMeta?> handler);
}

/// <summary>Over whatever form of the objects an informer holds.</summary>
internal sealed class MetadataSource<T>(IInformer<T> informer) : IMetadataSource
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public bool HasSynced => informer.HasSynced;

    public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

    public IDisposable Subscribe(Action<V1ObjectMeta?, V1ObjectMeta?> handler) => informer.Subscribe(change => handler(change.Old?.Metadata, change.New?.Metadata));
}
