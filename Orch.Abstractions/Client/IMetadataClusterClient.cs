using Orch.Resources;

namespace Orch.Client;

/// <summary>A cluster client that reaches any resource, one without a model too, by the metadata of its objects.</summary>
public interface IMetadataClusterClient
{
    /// <summary>The client of one resource; whether it is served shows when it is used.</summary>
    IObjectClient<PartialObjectMetadata> Metadata(GroupVersionResource resource);
}
