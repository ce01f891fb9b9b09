using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Orch.Client;

/// <summary>An object of any kind, of which only the metadata are shown.</summary>
public sealed record PartialObjectMetadata : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Of this form, not of the object: <c>meta.k8s.io/v1</c>.</summary>
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "meta.k8s.io/v1";

    /// <summary>Of this form, not of the object: <c>PartialObjectMetadata</c>.</summary>
    [JsonPropertyName("kind")]
    public string Kind { get; set; } = nameof(PartialObjectMetadata);

    /// <inheritdoc/>
    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();
}
