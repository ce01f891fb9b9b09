using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace Orch.Controllers.Tests.Disruption;

/// <summary>A custom resource that has replicas.</summary>
[KubernetesEntity(Group = "example.com", ApiVersion = "v1", Kind = "Fleet", PluralName = "fleets")]
public sealed record Fleet : IKubernetesObject<V1ObjectMeta>
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "example.com/v1";

    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "Fleet";

    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonPropertyName("spec")]
    public FleetSpec Spec { get; set; } = new();

    public static Fleet Named(string name, int? replicas) => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" }, Spec = new FleetSpec { Replicas = replicas } };

    public static V1CustomResourceDefinition Definition() => new()
    {
        Metadata = new V1ObjectMeta { Name = "fleets.example.com" },
        Spec = new V1CustomResourceDefinitionSpec
        {
            Group = "example.com",
            Scope = "Namespaced",
            Names = new V1CustomResourceDefinitionNames { Plural = "fleets", Singular = "fleet", Kind = "Fleet", ListKind = "FleetList" },
            Versions = [new V1CustomResourceDefinitionVersion { Name = "v1", Served = true, Storage = true, Schema = new V1CustomResourceValidation { OpenAPIV3Schema = new V1JSONSchemaProps { Type = "object" } } }],
        },
        Status = new V1CustomResourceDefinitionStatus { Conditions = [new V1CustomResourceDefinitionCondition { Type = "Established", Status = "True" }] },
    };
}

/// <summary>Of a <see cref="Fleet"/>.</summary>
public sealed record FleetSpec
{
    [JsonPropertyName("replicas"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Replicas { get; set; }
}
