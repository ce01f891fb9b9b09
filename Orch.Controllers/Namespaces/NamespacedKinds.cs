using k8s.Models;
using Orch.Client;
using Orch.Controllers.CustomResources;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Namespaces;

/// <summary>The kinds whose objects can be in a namespace: those that the host names, and those that definitions establish.</summary>
internal sealed class NamespacedKinds
{
    private readonly List<(KindInfo Info, IMetadataClient Client)> _named;
    private readonly HashSet<string> _resources;
    private readonly IMetadataClusterClient? _client;

    public NamespacedKinds(ControllerContext context)
    {
        _named = [.. context.Options.Kinds.Kinds.Where(static kind => kind.Info.IsNamespaced).Select(kind => (kind.Info, kind.Client(context.Client)))];
        _resources = [.. _named.Select(static kind => kind.Info.Resource.GroupResource)];
        if (!context.Options.Kinds.HasDefinitions || context.Client is not IMetadataClusterClient client) { return; }
        _client = client;
        Definitions = context.Informer<V1CustomResourceDefinition>();
    }

    /// <summary>Null: no custom resources are known here.</summary>
    public IInformer<V1CustomResourceDefinition>? Definitions { get; }

    public IEnumerable<(KindInfo Info, IMetadataClient Client)> Now()
    {
        foreach (var kind in _named) { yield return kind; }
        foreach (var definition in Definitions?.List() ?? [])
        {
            if (CustomKinds.Of(definition) is not { IsNamespaced: true } info || _resources.Contains(info.Resource.GroupResource)) { continue; }
            yield return (info, new MetadataClient<PartialObjectMetadata>(_client!.Metadata(info.Resource)));
        }
    }
}
