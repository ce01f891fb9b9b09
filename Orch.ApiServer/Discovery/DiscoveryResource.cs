using System.Security.Cryptography;
using System.Text;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.CustomResources;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;
using Orch.Resources;

namespace Orch.ApiServer.Discovery;

/// <summary>What discovery tells of one resource.</summary>
/// <param name="Kind">Of its objects.</param>
/// <param name="Plural">In paths.</param>
/// <param name="IsNamespaced">Whether objects live in namespaces.</param>
/// <param name="Verbs">Sorted, but for custom resources, which upstream lists by hand.</param>
internal sealed record DiscoveryResource(GroupVersionKind Kind, string Plural, bool IsNamespaced, IReadOnlyList<string> Verbs)
{
    private static readonly string[] ObjectVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] CustomVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
    private static readonly string[] LastVerbs = ["delete", "deletecollection", "get", "list", "watch"];
    private static readonly string[] ReadVerbs = ["get", "list"];
    private static readonly string[] ViewVerbs = ["get", "patch", "update"];

    /// <summary>Of one object.</summary>
    public string Singular { get; init; } = string.Empty;

    /// <summary>Such as <c>po</c>.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Tells clients when objects are stored in another version; null where nothing is stored.</summary>
    public string? StorageVersionHash { get; init; }

    /// <summary>Of a service that cannot be asked now: what it said last.</summary>
    public bool IsStale { get; init; }

    /// <summary>By name, with kind and verbs.</summary>
    public List<(string Name, GroupVersionKind Kind, IReadOnlyList<string> Verbs)> Subresources { get; } = [];

    /// <summary>Everything served, by group and version.</summary>
    public static ILookup<(string Group, string Version), DiscoveryResource> Of(
        ResourceCatalog catalog, IEnumerable<ICreateHandler> creates, IEnumerable<IConnectHandler> connects, IEnumerable<IReadHandler> computed, AggregatedApis? aggregated = null)
    {
        var all = catalog.All.ToDictionary(item => item.Resource, item => Of(item) with { StorageVersionHash = HashOf(item is CustomResourceDeclaration custom ? custom.StorageKind : catalog.StoredFormOf(item).Kind) });
        foreach (var create in creates.Select(handler => handler.Description).OrderBy(item => item.Subresource, StringComparer.Ordinal))
        {
            if (create.Subresource.Length == 0)
            {
                all.TryAdd(create.Resource, new DiscoveryResource(create.Kind, create.Resource.Resource, create.Scope == ResourceScope.Namespaced, ["create"])
                {
                    Singular = create.Kind.Kind.ToLowerInvariant(),
                });
            }
            else if (all.TryGetValue(create.Resource, out var parent)) { parent.Subresources.Add((create.Subresource, create.Kind, ["create"])); }
        }

        foreach (var connect in connects)
        {
            if (all.TryGetValue(new GroupVersionResource(string.Empty, "v1", connect.Resource), out var parent))
            {
                parent.Subresources.Add((connect.Subresource, new GroupVersionKind(string.Empty, "v1", connect.Kind), connect.Verbs));
            }
        }

        foreach (var declaration in computed.Select(static item => item.Declaration)) { all.TryAdd(declaration.Resource, Of(declaration) with { Verbs = ReadVerbs }); }
        foreach (var resource in all.Values.Where(static resource => resource.Verbs != CustomVerbs && resource.Verbs != LastVerbs)) { resource.Subresources.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name)); }
        foreach (var api in aggregated?.All ?? [])
        {
            foreach (var resource in api.Resources)
            {
                var shown = new DiscoveryResource(resource.Kind, resource.Plural, resource.IsNamespaced, resource.Verbs)
                {
                    Singular = resource.Singular, ShortNames = resource.ShortNames, Categories = resource.Categories, IsStale = !api.IsAvailable,
                };
                shown.Subresources.AddRange(resource.Subresources);
                all.TryAdd(new GroupVersionResource(api.Group, api.Version, resource.Plural), shown);
            }
        }

        return all.OrderBy(item => item.Key.Resource, StringComparer.Ordinal).ToLookup(item => (item.Key.Group, item.Key.Version), item => item.Value);
    }

    private static string HashOf(GroupVersionKind kind)
        => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind.Group}/{kind.Version}/{kind.Kind}")).AsSpan(0, 8));

    private static string[] VerbsOf(ResourceDeclaration declaration, bool isNamespace) => declaration switch
    {
        CustomResourceDeclaration custom => custom.IsTerminating ? LastVerbs : CustomVerbs,
        _ when isNamespace => [.. ObjectVerbs.Where(static verb => verb != "deletecollection")],
        _ => ObjectVerbs,
    };

    private static DiscoveryResource Of(ResourceDeclaration declaration)
    {
        var isNamespace = declaration.Resource is { Group.Length: 0, Resource: "namespaces" };
        var resource = new DiscoveryResource(declaration.Kind, declaration.Resource.Resource, declaration.Scope == ResourceScope.Namespaced, VerbsOf(declaration, isNamespace))
        {
            Singular = declaration.Singular, ShortNames = declaration.ShortNames, Categories = declaration.Categories,
        };
        if (declaration.HasStatus) { resource.Subresources.Add(("status", declaration.Kind, ViewVerbs)); }
        if (declaration.Scale is not null) { resource.Subresources.Add(("scale", new GroupVersionKind("autoscaling", "v1", "Scale"), ViewVerbs)); }
        foreach (var part in declaration.PartialUpdates.Keys) { resource.Subresources.Add((part, declaration.Kind, ViewVerbs)); }
        if (isNamespace) { resource.Subresources.Add(("finalize", declaration.Kind, ["update"])); }
        return resource;
    }
}
