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
            : typeof(V1Pod).Assembly.GetType($"{declaration.ObjectType.FullName}List") ?? declaration.ObjectType;
}
