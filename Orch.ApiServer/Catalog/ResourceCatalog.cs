using System.Collections.Frozen;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Catalog;

/// <summary>All resources that the server serves.</summary>
internal sealed class ResourceCatalog
{
    private readonly FrozenDictionary<GroupVersionResource, ResourceDeclaration> _byResource;
    private readonly FrozenDictionary<Type, ResourceDeclaration> _byType;
    private readonly FrozenSet<string> _groupVersions;

    /// <summary>Takes the registered set.</summary>
    /// <exception cref="InvalidOperationException">Two declarations claim one resource.</exception>
    public ResourceCatalog(IEnumerable<ResourceDeclaration> declarations)
    {
        All = [.. declarations.OrderBy(item => item.Kind.Group, StringComparer.Ordinal).ThenBy(item => item.Resource.Resource, StringComparer.Ordinal)];
        var clash = All.GroupBy(item => item.Resource).FirstOrDefault(group => group.Count() > 1);
        if (clash is not null)
        {
            throw new InvalidOperationException(
                $"{clash.Key.GroupResource} {clash.Key.Version} is declared by {string.Join(" and ", clash.Select(item => item.GetType().Name))}; register one of them.");
        }

        _byResource = All.ToFrozenDictionary(item => item.Resource);
        _byType = All.GroupBy(item => item.ObjectType).ToFrozenDictionary(group => group.Key, group => group.First());
        _groupVersions = All.Select(item => item.Kind.ApiVersion).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Ordered by group and plural.</summary>
    public IReadOnlyList<ResourceDeclaration> All { get; }

    /// <summary>The declaration of a resource, or null.</summary>
    public ResourceDeclaration? Find(GroupVersionResource resource) => _byResource.GetValueOrDefault(resource);

    /// <summary>The declaration of a model type, or null.</summary>
    public ResourceDeclaration? Find(Type type) => _byType.GetValueOrDefault(type);

    /// <summary>Whether anything is served in a version of a group, such as <c>apps/v1</c>.</summary>
    public bool HasGroupVersion(string apiVersion) => _groupVersions.Contains(apiVersion);

    /// <summary>The declaration whose form the store keeps.</summary>
    public ResourceDeclaration StoredFormOf(ResourceDeclaration declaration)
        => declaration.StoredAs is { } type
            ? All.FirstOrDefault(item => item.GetType() == type)
                ?? throw new InvalidOperationException($"{declaration.GetType().Name} is stored as {type.Name}, which is not registered.")
            : declaration;
}
