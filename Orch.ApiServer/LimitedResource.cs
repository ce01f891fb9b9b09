using k8s.Models;

namespace Orch.ApiServer;

/// <summary>A resource whose objects may only use certain things where a quota covers them.</summary>
public sealed class LimitedResource
{
    /// <summary>The API group; empty (the default) for the core.</summary>
    public string ApiGroup { get; set; } = string.Empty;

    /// <summary>The plural name, such as <c>persistentvolumeclaims</c>.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>
    /// Parts of the names by which quotas count: what an object uses under a name with such a part needs a quota that limits that name, such as
    /// <c>gold.storageclass.storage.k8s.io/requests.storage</c> for <c>.storageclass.storage.k8s.io/requests.storage</c>.
    /// </summary>
    public IList<string> MatchContains { get; } = [];

    /// <summary>Scopes in which an object needs a quota with a scope of the same name that it lies in too.</summary>
    public IList<V1ScopedResourceSelectorRequirement> MatchScopes { get; } = [];
}
