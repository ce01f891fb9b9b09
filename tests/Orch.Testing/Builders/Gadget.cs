using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Orch.Resources;

namespace Orch.Testing.Builders;

/// <summary>An object of a custom resource.</summary>
[KubernetesEntity(Group = "example.com", ApiVersion = "v1", Kind = "Gadget", PluralName = "gadgets")]
public record Gadget : IKubernetesObject<V1ObjectMeta>
{
    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = "example.com/v1";

    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "Gadget";

    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    public static Gadget Named(string name, string namespaceName = "default") => new() { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = namespaceName } };

    /// <summary>Established already, as a cluster with no controller for definitions needs it.</summary>
    /// <param name="version">The one that is served; all others are not.</param>
    public static V1CustomResourceDefinition Definition(string version = "v1") => new()
    {
        Metadata = new V1ObjectMeta { Name = "gadgets.example.com" },
        Spec = new V1CustomResourceDefinitionSpec
        {
            Group = "example.com",
            Scope = "Namespaced",
            Names = new V1CustomResourceDefinitionNames { Plural = "gadgets", Singular = "gadget", Kind = "Gadget", ListKind = "GadgetList" },
            Versions =
            [
                new V1CustomResourceDefinitionVersion
                {
                    Name = version, Served = true, Storage = true,
                    Schema = new V1CustomResourceValidation { OpenAPIV3Schema = new V1JSONSchemaProps { Type = "object" } },
                },
            ],
        },
        Status = new V1CustomResourceDefinitionStatus { Conditions = [new V1CustomResourceDefinitionCondition { Type = "Established", Status = "True" }] },
    };
}

/// <summary>The same in another version.</summary>
[KubernetesEntity(Group = "example.com", ApiVersion = "v2", Kind = "Gadget", PluralName = "gadgets")]
public sealed record GadgetV2 : Gadget;
