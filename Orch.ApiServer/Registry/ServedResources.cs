using System.Collections.Frozen;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>Every served resource with its cache.</summary>
internal sealed class ServedResources
{
    private readonly FrozenDictionary<GroupVersionResource, ServedResource> _byResource;
    private readonly ResourceCatalog _catalog;

    public ServedResources(ResourceCatalog catalog, StoreMirror mirror)
    {
        _catalog = catalog;
        All = [.. catalog.All.Select(declaration =>
        {
            var stored = catalog.StoredFormOf(declaration);
            return new ServedResource(declaration, stored, mirror.CacheOf(stored.StoragePrefix));
        })];
        _byResource = All.ToFrozenDictionary(item => item.Resource);
    }

    /// <summary>By group and plural.</summary>
    public IReadOnlyList<ServedResource> All { get; }

    /// <summary>The resource, or null.</summary>
    public ServedResource? Find(GroupVersionResource resource) => _byResource.GetValueOrDefault(resource);

    /// <summary>The resource whose objects are of a model type, or null.</summary>
    public ServedResource? Find(Type type) => _catalog.Find(type) is { } declaration ? Find(declaration.Resource) : null;

    /// <summary>The resource of a declaration.</summary>
    public ServedResource Of(ResourceDeclaration declaration) => _byResource[declaration.Resource];
}
