using Orch.ApiServer.Caching;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>A resource as it is served: its declaration, and the cache of what is stored.</summary>
/// <param name="Declaration">The form that clients see.</param>
/// <param name="Stored">The form that the store keeps; mostly the same.</param>
/// <param name="Cache">Of the stored form.</param>
internal sealed record ServedResource(ResourceDeclaration Declaration, ResourceDeclaration Stored, ResourceCache Cache)
{
    /// <summary>Whether objects live in namespaces.</summary>
    public bool IsNamespaced => Declaration.Scope == ResourceScope.Namespaced;

    /// <summary>Group, version and plural.</summary>
    public GroupVersionResource Resource => Declaration.Resource;

    /// <summary>The store's key of an object.</summary>
    public string KeyOf(ObjectKey key) => IsNamespaced ? string.Concat(Cache.Prefix, key.Namespace, "/", key.Name) : Cache.Prefix + key.Name;

    /// <summary>The common part of the keys of one namespace, or of all when it is empty.</summary>
    public string PrefixOf(string namespaceName) => namespaceName.Length == 0 ? Cache.Prefix : string.Concat(Cache.Prefix, namespaceName, "/");
}
