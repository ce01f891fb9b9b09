using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>Finds slices by the service they belong to and the controller that keeps them.</summary>
internal static class SliceIndex
{
    private const string Name = "orch.service-and-manager";

    public static IInformer<V1EndpointSlice> WithServiceIndex(this IInformer<V1EndpointSlice> slices)
    {
        slices.AddIndex(Name, static slice => slice.Label(SliceLabels.ServiceName) is { } service ? [Value(slice.Metadata.NamespaceProperty, service, slice.Label(SliceLabels.ManagedBy))] : []);
        return slices;
    }

    public static IEnumerable<V1EndpointSlice> Of(this IInformer<V1EndpointSlice> slices, ObjectKey service, string manager)
        => slices.ByIndex(Name, Value(service.Namespace, service.Name, manager)).Where(static slice => !slice.IsDeleting());

    /// <summary>The key of the service that a slice of a manager belongs to.</summary>
    public static IEnumerable<ObjectKey> ServiceOf(V1EndpointSlice slice, string manager)
        => slice.Label(SliceLabels.ManagedBy) == manager && slice.Label(SliceLabels.ServiceName) is { } service ? [new ObjectKey(slice.Metadata.NamespaceProperty, service)] : [];

    private static string Value(string namespaceName, string service, string? manager) => $"{namespaceName}/{service}/{manager}";
}
