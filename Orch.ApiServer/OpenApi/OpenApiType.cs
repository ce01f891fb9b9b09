using k8s.Models;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.OpenApi;

/// <summary>What a definition describes: a model, or objects or lists of a custom resource.</summary>
/// <param name="Model">Null for a custom resource.</param>
/// <param name="Custom">Null for a model.</param>
/// <param name="IsList">Of a custom resource.</param>
internal readonly record struct OpenApiType(Type? Model, CustomResourceDeclaration? Custom, bool IsList)
{
    public static implicit operator OpenApiType(Type model) => new(model, null, false);

    /// <summary>The objects of a resource.</summary>
    public static OpenApiType Of(ResourceDeclaration declaration)
        => declaration is CustomResourceDeclaration custom ? new OpenApiType(null, custom, false) : declaration.ObjectType;

    /// <summary>The lists of a resource; its objects where there is no list of its own.</summary>
    public static OpenApiType ListOf(ResourceDeclaration declaration)
        => declaration is CustomResourceDeclaration custom
            ? new OpenApiType(null, custom, true)
            : typeof(V1Pod).Assembly.GetType($"{declaration.ObjectType.FullName}List") ?? ListByKind(declaration) ?? declaration.ObjectType;

    // Some models have a name of their own, to tell them from others of the same kind in other groups; their lists do not.
    private static Type? ListByKind(ResourceDeclaration declaration)
        => typeof(V1Pod).Assembly.GetType($"k8s.Models.{char.ToUpperInvariant(declaration.Kind.Version[0])}{declaration.Kind.Version[1..]}{declaration.Kind.Kind}List") is { } list
            && Attribute.GetCustomAttribute(list, typeof(KubernetesEntityAttribute)) is KubernetesEntityAttribute entity && entity.Group == declaration.Kind.Group
            ? list : null;
}
