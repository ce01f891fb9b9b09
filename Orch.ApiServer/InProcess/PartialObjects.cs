using System.Globalization;
using Orch.ApiServer.Caching;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.InProcess;

/// <summary>Objects of which a client sees the metadata alone.</summary>
internal static class PartialObjects
{
    /// <summary>Any resource; whether it is namespaced is looked up with it.</summary>
    public static KindInfo Of(GroupVersionResource resource)
        => new(typeof(PartialObjectMetadata), new GroupVersionKind("meta.k8s.io", "v1", nameof(PartialObjectMetadata)), resource, IsNamespaced: true, ListType: null);

    /// <summary>Shares the metadata of an object that is decoded, and else reads nothing but them: the tree of a custom resource may be large.</summary>
    public static PartialObjectMetadata Of(CachedObject item)
    {
        if (item.DecodedValue is { } known) { return new PartialObjectMetadata { Metadata = known.Metadata }; }
        var metadata = ApiJson.Deserialize<MetadataOnly>(item.StoredJson.Span).Metadata;
        metadata.ResourceVersion = item.Revision == 0 ? null : item.Revision.ToString(CultureInfo.InvariantCulture);
        return new PartialObjectMetadata { Metadata = metadata };
    }

    private sealed record MetadataOnly
    {
        [System.Text.Json.Serialization.JsonPropertyName("metadata")]
        public k8s.Models.V1ObjectMeta Metadata { get; init; } = new();
    }
}
