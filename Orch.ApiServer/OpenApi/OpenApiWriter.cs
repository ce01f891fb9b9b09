using Orch.ApiServer.Catalog;
using Orch.ApiServer.Json;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;
using Orch.Resources;

namespace Orch.ApiServer.OpenApi;

/// <summary>Puts whole documents together.</summary>
internal sealed class OpenApiWriter(ResourceCatalog catalog, IEnumerable<ICreateHandler> handlers, ModelSchemas schemas, IEnumerable<IConnectHandler>? streams = null, IEnumerable<IReadHandler>? reads = null)
{
    // Wanted once per document and then never again.
    private readonly WeakReference<ModelDocs> _docs = new(null!);
    private readonly IConnectHandler[] _streams = [.. streams ?? []];
    private readonly ResourceDeclaration[] _computed = [.. (reads ?? []).Select(static handler => handler.Declaration)];
    private readonly CreateHandlerDescription[] _handlers = [.. handlers.Select(static handler => handler.Description)];

    /// <summary>The groups and versions with a document of their own, as <c>api/v1</c> and <c>apis/apps/v1</c>.</summary>
    public IReadOnlyList<string> GroupVersions
        => [.. catalog.All.Select(static item => item.Resource.PathPrefix).Concat(_handlers.Select(static item => item.Resource.PathPrefix))
            .Select(static prefix => prefix[1..]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Counts the changes of what is described.</summary>
    public long Version => catalog.Version;

    /// <summary>Whether a group and version describes custom resources, which come and go.</summary>
    public bool IsCustom(string groupVersion) => catalog.All.Any(item => item is CustomResourceDeclaration && item.Resource.PathPrefix == "/" + groupVersion);

    /// <summary>Everything in one.</summary>
    public JsonMap V2()
    {
        var (paths, definitions) = Content(Dialect.V2, catalog.All, _handlers, _streams, _computed, isWhole: true);
        return new JsonMap { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths, ["definitions"] = definitions };
    }

    /// <summary>One group and version.</summary>
    /// <param name="groupVersion">As in <see cref="GroupVersions"/>.</param>
    public JsonMap V3(string groupVersion)
    {
        var (paths, definitions) = Content(
            Dialect.V3,
            catalog.All.Where(item => item.Resource.PathPrefix == "/" + groupVersion),
            _handlers.Where(item => item.Resource.PathPrefix == "/" + groupVersion),
            groupVersion == "api/v1" ? _streams : [],
            _computed.Where(item => item.Resource.PathPrefix == "/" + groupVersion),
            isWhole: false);
        return new JsonMap { ["openapi"] = "3.0.0", ["info"] = Info(), ["paths"] = paths, ["components"] = new JsonMap { ["schemas"] = definitions } };
    }

    private (JsonMap Paths, JsonMap Definitions) Content(Dialect dialect, IEnumerable<ResourceDeclaration> declarations, IEnumerable<CreateHandlerDescription> creates, IEnumerable<IConnectHandler> connects,
        IEnumerable<ResourceDeclaration> computed, bool isWhole)
    {
        var definitions = new DefinitionSet(dialect, schemas, Docs());
        var operations = new OperationSet(dialect, definitions);
        foreach (var declaration in declarations) { operations.Add(declaration); }
        foreach (var create in creates) { operations.Add(create, catalog.Find(create.Resource)?.Kind); }
        foreach (var connect in connects) { operations.Add(connect); }
        foreach (var declaration in computed) { operations.AddReads(declaration); }
        List<GroupVersionKind> kinds = [.. declarations.Where(static item => item is not CustomResourceDeclaration).Select(static item => item.Kind), .. creates.Select(static item => item.Kind with { Group = item.Resource.Group, Version = item.Resource.Version })];
        if (isWhole) { operations.AddDiscovery(kinds); }
        foreach (var kind in kinds) { operations.AddDiscovery(kind.Group, kind.Version); }
        return (operations.ToMap(), definitions.ToMap());
    }

    private ModelDocs Docs()
    {
        if (_docs.TryGetTarget(out var docs)) { return docs; }
        docs = ModelDocs.Load();
        _docs.SetTarget(docs);
        return docs;
    }

    private static JsonMap Info() => new() { ["title"] = "Kubernetes", ["version"] = "unversioned" };
}
