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
    private readonly IReadOnlyList<ResourceDeclaration> _builtIn;
    private CustomPart _custom;
    private Action? _changed;

    /// <summary>Takes the registered set.</summary>
    /// <exception cref="InvalidOperationException">Two declarations claim one resource.</exception>
    public ResourceCatalog(IEnumerable<ResourceDeclaration> declarations)
    {
        _builtIn = [.. declarations.OrderBy(item => item.Kind.Group, StringComparer.Ordinal).ThenBy(item => item.Resource.Resource, StringComparer.Ordinal)];
        _custom = new CustomPart(_builtIn, FrozenDictionary<GroupVersionResource, ResourceDeclaration>.Empty, 0);
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
    public IReadOnlyList<ResourceDeclaration> All => Volatile.Read(ref _custom).All;

    /// <summary>Counts the changes of what is served; what was made of <see cref="All"/> at another version is out of date.</summary>
    public long Version => Volatile.Read(ref _custom).Version;

    /// <summary>The declaration of a resource, or null.</summary>
    public ResourceDeclaration? Find(GroupVersionResource resource) 
        => _byResource.GetValueOrDefault(resource) ?? Volatile.Read(ref _custom).ByResource.GetValueOrDefault(resource);

    /// <summary>The declaration of a model type, or null.</summary>
    public ResourceDeclaration? Find(Type type) => _byType.GetValueOrDefault(type);

    /// <summary>Whether anything is served in a version of a group, such as <c>apps/v1</c>.</summary>
    public bool HasGroupVersion(string apiVersion) 
        => _groupVersions.Contains(apiVersion) || Volatile.Read(ref _custom).ByResource.Values.Any(item => item.Kind.ApiVersion == apiVersion);

    /// <summary>Replaces the resources that came after the start; built-in ones stay and win where both claim a resource. Called by one at a time.</summary>
    public void SetCustom(IEnumerable<ResourceDeclaration> declarations)
    {
        var custom = declarations.Where(item => !_byResource.ContainsKey(item.Resource)).ToFrozenDictionary(item => item.Resource);
        var all = _builtIn.Concat(custom.Values).OrderBy(item => item.Kind.Group, StringComparer.Ordinal).ThenBy(item => item.Resource.Resource, StringComparer.Ordinal);
        Volatile.Write(ref _custom, new CustomPart([.. all], custom, _custom.Version + 1));
        _changed?.Invoke();
    }

    /// <summary>Calls back after each change, until disposal.</summary>
    public IDisposable OnChange(Action changed)
    {
        _changed += changed;
        return new Subscription(() => _changed -= changed);
    }

    /// <summary>The declaration whose form the store keeps.</summary>
    public ResourceDeclaration StoredFormOf(ResourceDeclaration declaration)
        => declaration.StoredAs is { } type
            ? All.FirstOrDefault(item => item.GetType() == type)
                ?? throw new InvalidOperationException($"{declaration.GetType().Name} is stored as {type.Name}, which is not registered.")
            : declaration;

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed record CustomPart(
        IReadOnlyList<ResourceDeclaration> All, FrozenDictionary<GroupVersionResource, ResourceDeclaration> ByResource, long Version);
}
