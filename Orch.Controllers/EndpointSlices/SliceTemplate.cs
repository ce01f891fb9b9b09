using k8s.Models;
using Orch.Serialization;

namespace Orch.Controllers.EndpointSlices;

/// <summary>What all slices of one owner have in common.</summary>
internal sealed record SliceTemplate(string Namespace, string GenerateName, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, V1OwnerReference Owner)
{
    public V1EndpointSlice Make(DesiredGroup group, List<V1Endpoint> endpoints) => new()
    {
        ApiVersion = "discovery.k8s.io/v1",
        Kind = "EndpointSlice",
        Metadata = new V1ObjectMeta
        {
            GenerateName = GenerateName,
            NamespaceProperty = Namespace,
            Labels = new Dictionary<string, string>(Labels),
            Annotations = Annotations.Count > 0 ? new Dictionary<string, string>(Annotations) : null,
            OwnerReferences = [Owner],
        },
        AddressType = group.AddressType,
        Ports = [.. group.Ports],
        Endpoints = endpoints,
    };

    public V1EndpointSlice Change(V1EndpointSlice slice, DesiredGroup group, List<V1Endpoint> endpoints) => slice with
    {
        Metadata = slice.Metadata with { Labels = new Dictionary<string, string>(Labels), Annotations = Annotations.Count > 0 ? new Dictionary<string, string>(Annotations) : null },
        Ports = [.. group.Ports],
        Endpoints = endpoints,
    };

    public bool Fits(V1EndpointSlice slice)
        => ApiJson.ContentEquals(slice.Metadata.Labels, new Dictionary<string, string>(Labels)) && ApiJson.ContentEquals(slice.Metadata.Annotations ?? new Dictionary<string, string>(), new Dictionary<string, string>(Annotations));
}
