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
    private readonly IReadOnlyList<ServedResource> _builtIn;
    private CustomPart _custom;

    public ServedResources(ResourceCatalog catalog, StoreMirror mirror)
    {
        _catalog = catalog;
        _builtIn = [.. catalog.All.Select(declaration =>
        {
            var stored = catalog.StoredFormOf(declaration);
            return new ServedResource(declaration, stored, mirror.CacheOf(stored.StoragePrefix));
        })];
        _byResource = _builtIn.ToFrozenDictionary(item => item.Resource);
        _custom = new CustomPart(_builtIn, FrozenDictionary<GroupVersionResource, ServedResource>.Empty);
    }

    /// <summary>By group and plural.</summary>
    public IReadOnlyList<ServedResource> All => Volatile.Read(ref _custom).All;

    /// <summary>The resource, or null.</summary>
    public ServedResource? Find(GroupVersionResource resource) 
        => _byResource.GetValueOrDefault(resource) ?? Volatile.Read(ref _custom).ByResource.GetValueOrDefault(resource);

    /// <summary>The resource whose objects are of a model type, or null.</summary>
    public ServedResource? Find(Type type) => _catalog.Find(type) is { } declaration ? Find(declaration.Resource) : null;

    /// <summary>The resource of a declaration.</summary>
    public ServedResource Of(ResourceDeclaration declaration) 
        => Find(declaration.Resource) ?? throw new InvalidOperationException($"{declaration.Resource.GroupResource} {declaration.Resource.Version} is not served.");

    /// <summary>Replaces the resources that came after the start, here and in the catalog. Called by one at a time.</summary>
    public void SetCustom(IReadOnlyList<ServedResource> resources)
    {
        var custom = resources.Where(item => !_byResource.ContainsKey(item.Resource)).ToFrozenDictionary(item => item.Resource);
        Volatile.Write(ref _custom, new CustomPart([.. _builtIn, .. custom.Values], custom));
        _catalog.SetCustom(custom.Values.Select(static item => item.Declaration));
    }

    private sealed record CustomPart(IReadOnlyList<ServedResource> All, FrozenDictionary<GroupVersionResource, ServedResource> ByResource);
}
