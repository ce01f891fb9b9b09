using Orch.Resources;

namespace Orch.Client;

/// <summary>Gives out informers of resources that come and go.</summary>
public interface IMetadataInformers
{
    /// <summary>An informer of its own for each call, started as the others of the factory are; null when the client reaches no metadata.</summary>
    /// <param name="resource">Listed and watched in all namespaces.</param>
    /// <param name="stop">Ends it before its factory does; the cache stays readable.</param>
    IInformer<PartialObjectMetadata>? MetadataInformer(GroupVersionResource resource, CancellationToken stop);
}
