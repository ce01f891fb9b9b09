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

/// <summary>A kind that has a model.</summary>
internal sealed class ClusterKind<T> : ClusterKind
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    public override KindInfo Info { get; } = ResourceTypes.Of<T>();

    public override IMetadataClient Client(IClusterClient client) => new MetadataClient<T>(client.Resource<T>());

    public override IMetadataSource Source(IInformerFactory informers) => new MetadataSource<T>(informers.Informer<T>());
}
