using System.Collections.Concurrent;
using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Brings the objects of custom resources into the graph while their definitions are there.</summary>
/// <remarks>
/// A definition that is deleted has taken its objects with it, so what is still cached of them then is gone. One that merely serves
/// no version for a while tells nothing of its objects: they stay in the graph as they were.
/// </remarks>
internal sealed class CustomKindFollower
{
    private readonly ConcurrentDictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    private readonly LiveObjects _live;
    private readonly OwnerGraph _graph;
    private readonly IMetadataClusterClient _client;
    private readonly IMetadataInformers _informers;

    public CustomKindFollower(LiveObjects live, OwnerGraph graph, IMetadataClusterClient client, IMetadataInformers informers)
    {
        _live = live;
        _graph = graph;
        _client = client;
        _informers = informers;
    }

    /// <summary>Of the kinds followed now.</summary>
    public IEnumerable<Task> Syncs(CancellationToken cancellationToken) => _followed.Values.Select(followed => followed.Informer.WaitForSyncAsync(cancellationToken));

    /// <summary>Takes one change of a definition in; called by one at a time.</summary>
    public void Apply(InformerEvent<V1CustomResourceDefinition> change)
    {
        var name = change.Object.Metadata.Name;
        var followed = _followed.GetValueOrDefault(name);
        if (change.New is not { } definition)
        {
            if (followed is not null) { Remove(name, followed); }
        }
        else if (CustomKinds.Of(definition, followed?.Info.Resource.Version) is { } info && info != followed?.Info)
        {
            // A kind that the host has a model for is known already.
            if (followed is null && _live.IsNamespaced(info.Kind.ApiVersion, info.Kind.Kind) is not null) { return; }
            Follow(name, info, followed);
        }
    }

    private void Follow(string name, KindInfo info, Followed? before)
    {
        // Never disposed: it holds no timer, and its informer may still be about to look at it.
#pragma warning disable CA2000
        var stop = new CancellationTokenSource();
#pragma warning restore CA2000
        if (_informers.MetadataInformer(info.Resource, stop.Token) is not { } informer) { return; }
        _live.Add(info, new MetadataClient<PartialObjectMetadata>(_client.Metadata(info.Resource)));
        var followed = new Followed(info, informer, stop);
        _followed[name] = followed;
        informer.Subscribe(change => _graph.Apply(info.Kind, change.Old?.Metadata, change.New?.Metadata));
        if (before is not null)
        {
            before.Stop.Cancel();
            _live.Remove(before.Info);
        }

        _ = SettleAsync(followed, before);
    }

    private void Remove(string name, Followed followed)
    {
        followed.Stop.Cancel();
        _followed.TryRemove(name, out _);
        _live.Remove(followed.Info);
        foreach (var item in followed.Informer.List()) { _graph.Apply(followed.Info.Kind, item.Metadata, null); }
    }

    // Once all objects are known, it can be told which of those known by another version are gone, and which were only heard of.
    private async Task SettleAsync(Followed followed, Followed? before)
    {
        try
        {
            await followed.Informer.WaitForSyncAsync(followed.Stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (followed.Stop.IsCancellationRequested)
        {
            return;
        }

        foreach (var item in before?.Informer.List() ?? [])
        {
            if (followed.Informer.Find(item.Key())?.Metadata.Uid != item.Metadata.Uid) { _graph.Apply(before!.Info.Kind, item.Metadata, null); }
        }

        _graph.RetryVirtual(followed.Info.Kind);
    }

    private sealed record Followed(KindInfo Info, IInformer<PartialObjectMetadata> Informer, CancellationTokenSource Stop);
}
