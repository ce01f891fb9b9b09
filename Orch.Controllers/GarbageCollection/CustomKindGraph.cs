using Orch.Client;
using Orch.Controllers.CustomResources;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Brings the objects of custom resources into the graph while their definitions are there.</summary>
/// <remarks>A definition that is deleted has taken its objects with it, so what is still cached of them then is gone.</remarks>
internal sealed class CustomKindGraph
{
    private readonly LiveObjects _live;
    private readonly OwnerGraph _graph;
    private readonly IMetadataClusterClient _client;

    public CustomKindGraph(LiveObjects live, OwnerGraph graph, IMetadataClusterClient client, IMetadataInformers informers)
    {
        _live = live;
        _graph = graph;
        _client = client;
        // A kind that the host has a model for is known already.
        Follower = new CustomKindFollower(informers) { Wants = info => _live.IsNamespaced(info.Kind.ApiVersion, info.Kind.Kind) is null, Began = Begin, Gone = End };
    }

    /// <summary>To be told of the definitions.</summary>
    public CustomKindFollower Follower { get; }

    /// <summary>Of the kinds followed now.</summary>
    public IEnumerable<Task> Syncs(CancellationToken cancellationToken) => Follower.Followed.Select(followed => followed.Informer.WaitForSyncAsync(cancellationToken));

    private void Begin(FollowedKind followed, FollowedKind? before)
    {
        _live.Add(followed.Info, new MetadataClient<PartialObjectMetadata>(_client.Metadata(followed.Info.Resource)));
        followed.Informer.Subscribe(change => _graph.Apply(followed.Info.Kind, change.Old?.Metadata, change.New?.Metadata));
        if (before is not null) { _live.Remove(before.Info); }
        _ = SettleAsync(followed, before);
    }

    private void End(FollowedKind followed)
    {
        _live.Remove(followed.Info);
        foreach (var item in followed.Informer.List()) { _graph.Apply(followed.Info.Kind, item.Metadata, null); }
    }

    // Once all objects are known, it can be told which of those known by another version are gone, and which were only heard of.
    private async Task SettleAsync(FollowedKind followed, FollowedKind? before)
    {
        try
        {
            await followed.Informer.WaitForSyncAsync(followed.Stop).ConfigureAwait(false);
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
}
