using Orch.Resources;

namespace Orch.Client.Http;

/// <summary>How metadata alone are asked for.</summary>
internal static class PartialObjects
{
    // A server that knows no such form answers with whole objects, whose metadata read the same.
    private const string One = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
    private const string Many = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";
    private const string Whole = "application/json";

    /// <summary>Any resource; it counts as namespaced, since paths have a namespace only where a call names one.</summary>
    public static KindInfo Of(GroupVersionResource resource)
        => new(typeof(PartialObjectMetadata), new GroupVersionKind("meta.k8s.io", "v1", nameof(PartialObjectMetadata)), resource, IsNamespaced: true, ListType: null);

    /// <summary>What a client of a type accepts.</summary>
    public static string Accept<T>(bool isList = false) => typeof(T) != typeof(PartialObjectMetadata) ? Whole : isList ? Many : One;
}
