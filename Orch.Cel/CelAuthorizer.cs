using Orch.Cel.Libraries;

namespace Orch.Cel;

/// <summary>Values and types for variables of the authorizer library.</summary>
public static class CelAuthorizer
{
    /// <summary>The type of <c>authorizer</c>.</summary>
    public static CelType Type { get; } = CelType.Opaque("kubernetes.authorization.Authorizer");

    /// <summary>The type of <c>authorizer.requestResource</c>.</summary>
    public static CelType ResourceCheckType { get; } = CelType.Opaque("kubernetes.authorization.ResourceCheck");

    /// <summary>The value of <c>authorizer</c>.</summary>
    public static CelValue Value(ICelAuthorizer authorizer)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        return CelValue.FromOpaque(new AuthorizerValue(Type, authorizer, new CelAuthorizationRequest()));
    }

    /// <summary>The value of <c>authorizer.requestResource</c>: a question about a resource that lacks its verb alone.</summary>
    public static CelValue ResourceCheck(ICelAuthorizer authorizer, CelAuthorizationRequest request)
    {
        ArgumentNullException.ThrowIfNull(authorizer);
        ArgumentNullException.ThrowIfNull(request);
        return CelValue.FromOpaque(new AuthorizerValue(ResourceCheckType, authorizer, request));
    }
}
