using k8s;
using k8s.Models;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Apply;

/// <summary>The other groups and versions in which a resource's objects are served; entries of managed fields keep the one they were made in.</summary>
internal sealed class OtherForms(ResourceCatalog catalog)
{
    /// <summary>The declaration that serves the same objects in a version, or null.</summary>
    public ResourceDeclaration? Find(ResourceDeclaration declaration, string apiVersion)
    {
        if (declaration.Kind.ApiVersion == apiVersion) { return declaration; }
        if (declaration is IMergeTyped typed) { return typed.InVersion(apiVersion); }
        var stored = catalog.StoredFormOf(declaration);
        foreach (var other in catalog.All)
        {
            if (other.Kind.ApiVersion == apiVersion && ReferenceEquals(catalog.StoredFormOf(other), stored)) { return other; }
        }

        return null;
    }

    /// <summary>An object of a built-in kind in another form; the argument stays as it is.</summary>
    public static IKubernetesObject<V1ObjectMeta> Convert(IKubernetesObject<V1ObjectMeta> value, ResourceDeclaration from, ResourceDeclaration to)
        => ReferenceEquals(from, to) ? value : to.FromStored(from.ToStored(value));
}
