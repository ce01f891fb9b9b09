using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Resources;

namespace Orch.Controllers.GarbageCollection;

/// <summary>Deletes what no owner is left of, and carries foreground and orphaning deletions out.</summary>
/// <remarks>Decides from live reads alone: the graph only says where to look, so that a cache that lags can delay but not mislead.</remarks>
internal sealed class GarbageCollector : IReconciler
{
    private readonly LiveObjects _live;
    private readonly OwnerGraph _graph;
    private readonly KindReadiness _readiness;

    public GarbageCollector(ControllerContext context)
    {
        // Events own nothing and are owned by nothing, and there are many.
        var kinds = context.Options.Kinds.Kinds.Where(static kind => kind.Info.Kind.Kind != "Event").ToList();
        _live = new LiveObjects();
        var orphaning = new Orphaning(this);
        var deletes = context.Loop("garbagecollector-delete", this, context.Options.Workers.TryGetValue(context.Name, out var workers) ? workers : 20);
        var orphans = context.Loop("garbagecollector-orphan", orphaning, 2);
        _graph = new OwnerGraph(_live.IsNamespaced, uid => deletes.Enqueue(ObjectKey.Cluster(uid)), uid => orphans.Enqueue(ObjectKey.Cluster(uid)))
        {
            Misnamed = (dependent, owner) => ReportMisnamed(context.Events, dependent, owner),
        };

        var sources = new List<(IMetadataSource, IMetadataClient)>();
        foreach (var kind in kinds)
        {
            var (source, client) = (kind.Source(context.Informers), kind.Client(context.Client));
            _live.Add(kind.Info, client);
            var gvk = kind.Info.Kind;
            source.Subscribe((before, after) => _graph.Apply(gvk, before, after));
            sources.Add((source, client));
        }

        _readiness = new KindReadiness(sources, Follow(context), context.Time);
    }

    /// <summary>For tests and figures.</summary>
    public OwnerGraph Graph => _graph;

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        await _readiness.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_graph.View(key.Name) is not { } node || (node.IsBeingDeleted && !node.IsDeletingDependents)) { return ReconcileResult.Done; }
        if (!_live.IsKnown(node.Identity)) { return ReconcileResult.Done; }
        if (await _live.FindAsync(node.Identity, cancellationToken).ConfigureAwait(false) is not { } latest)
        {
            _graph.RemoveAbsent(node.Identity);
            return ReconcileResult.Done;
        }

        if (node.IsDeletingDependents)
        {
            return await DeleteDependentsAsync(node, latest, cancellationToken).ConfigureAwait(false);
        }

        if (latest.DeletionTimestamp is null && latest.OwnerReferences is { Count: > 0 }) { await DeleteIfUnownedAsync(node, latest, cancellationToken).ConfigureAwait(false); }
        return ReconcileResult.Done;
    }

    // Null: this host knows no definitions, or reaches no kind without a model.
    private CustomKindGraph? Follow(ControllerContext context)
    {
        if (!context.Options.Kinds.HasDefinitions || context.Client is not IMetadataClusterClient client || context.Informers is not IMetadataInformers informers) { return null; }
        var custom = new CustomKindGraph(_live, _graph, client, informers);
        context.Informer<V1CustomResourceDefinition>().Subscribe(custom.Follower.Apply);
        return custom;
    }

    private async Task<ReconcileResult> DeleteDependentsAsync(NodeView node, V1ObjectMeta latest, CancellationToken cancellationToken)
    {
        if (latest.Finalizers?.Contains(OwnerGraph.ForegroundFinalizer) != true) { return ReconcileResult.Done; }
        if (!node.Dependents.Any(static dependent => dependent.BlocksOwner)) { await RemoveFinalizerAsync(node.Identity, latest, OwnerGraph.ForegroundFinalizer, cancellationToken).ConfigureAwait(false); }
        else if (BlocksOwners(latest) && _graph.IsInCircle(node.Identity.Uid)) { await UnblockOwnersAsync(node.Identity, latest, cancellationToken).ConfigureAwait(false); }
        // The dependents have been told when the deletion began, and tell when they are gone.
        return ReconcileResult.Done;
    }

    private async Task DeleteIfUnownedAsync(NodeView node, V1ObjectMeta latest, CancellationToken cancellationToken)
    {
        var solid = new List<V1OwnerReference>();
        var waiting = new List<V1OwnerReference>();
        foreach (var reference in latest.OwnerReferences)
        {
            switch (await OwnerStateAsync(node.Identity, reference, cancellationToken).ConfigureAwait(false))
            {
                case OwnerState.Solid: solid.Add(reference); break;
                case OwnerState.Waiting: waiting.Add(reference); break;
                case OwnerState.Absent: break;
            }
        }

        if (solid.Count > 0)
        {
            if (solid.Count < latest.OwnerReferences.Count) { await _live.PatchAsync(node.Identity, MetadataPatch.Owners(latest, solid), cancellationToken).ConfigureAwait(false); }
            return;
        }

        if (waiting.Count > 0 && node.Dependents.Count > 0)
        {
            // In a circle each would wait for the other: this one stops blocking its owners first.
            if (BlocksOwners(latest) && _graph.IsInCircle(node.Identity.Uid)) { latest = await UnblockOwnersAsync(node.Identity, latest, cancellationToken).ConfigureAwait(false); }
            await _live.DeleteAsync(node.Identity, "Foreground", latest.ResourceVersion, cancellationToken).ConfigureAwait(false);
            return;
        }

        await _live.DeleteAsync(node.Identity, Policy(latest), latest.ResourceVersion, cancellationToken).ConfigureAwait(false);
    }

    private static void ReportMisnamed(IEventRecorder events, ObjectIdentity dependent, V1OwnerReference owner)
    {
        var subject = new PartialObjectMetadata
        {
            ApiVersion = dependent.ApiVersion,
            Kind = dependent.Kind,
            Metadata = new V1ObjectMeta { NamespaceProperty = dependent.Key.Namespace.Length == 0 ? null : dependent.Key.Namespace, Name = dependent.Key.Name, Uid = dependent.Uid },
        };
        var place = dependent.Key.Namespace;
        events.Warning(subject, "OwnerRefInvalidNamespace",
            $"ownerRef [{owner.ApiVersion}/{owner.Kind}, namespace: {place}, name: {owner.Name}, uid: {owner.Uid}] does not exist in namespace \"{place}\"");
    }

    private static bool BlocksOwners(V1ObjectMeta item) => item.OwnerReferences?.Any(static reference => reference.BlockOwnerDeletion == true) == true;

    private static string Policy(V1ObjectMeta item)
        => item.Finalizers?.Contains(OwnerGraph.OrphanFinalizer) == true ? "Orphan"
            : item.Finalizers?.Contains(OwnerGraph.ForegroundFinalizer) == true ? "Foreground" : "Background";

    private async Task<OwnerState> OwnerStateAsync(ObjectIdentity dependent, V1OwnerReference reference, CancellationToken cancellationToken)
    {
        // Of a kind that is not known here nothing can be said, least of all that it is gone.
        // But where a definition went with its objects, they were seen to go.
        if (_live.IsNamespaced(reference.ApiVersion, reference.Kind) is not { } isNamespaced) { return _graph.IsGone(reference.Uid) ? OwnerState.Absent : OwnerState.Solid; }
        // An owner with a namespace cannot own what has none.
        if (isNamespaced && dependent.Key.Namespace.Length == 0) { return OwnerState.Solid; }
        var identity = new ObjectIdentity(reference.ApiVersion, reference.Kind, new ObjectKey(isNamespaced ? dependent.Key.Namespace : string.Empty, reference.Name), reference.Uid);
        if (await _live.FindAsync(identity, cancellationToken).ConfigureAwait(false) is not { } owner) { return OwnerState.Absent; }
        return owner.DeletionTimestamp is not null && owner.Finalizers?.Contains(OwnerGraph.ForegroundFinalizer) == true ? OwnerState.Waiting : OwnerState.Solid;
    }

    private async Task<V1ObjectMeta> UnblockOwnersAsync(ObjectIdentity identity, V1ObjectMeta latest, CancellationToken cancellationToken)
    {
        List<V1OwnerReference> references = [.. latest.OwnerReferences.Select(static reference => reference with { BlockOwnerDeletion = false })];
        await _live.PatchAsync(identity, MetadataPatch.Owners(latest, references), cancellationToken).ConfigureAwait(false);
        return await _live.FindAsync(identity, cancellationToken).ConfigureAwait(false) ?? latest;
    }

    private async Task RemoveFinalizerAsync(ObjectIdentity identity, V1ObjectMeta latest, string finalizer, CancellationToken cancellationToken)
    {
        if (latest.Finalizers?.Contains(finalizer) != true) { return; }
        try
        {
            await _live.PatchAsync(identity, MetadataPatch.Finalizers(latest, [.. latest.Finalizers.Where(one => one != finalizer)]), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // Gone already.
        }
    }

    private enum OwnerState
    {
        Solid,
        Absent,
        Waiting,
    }

    /// <summary>Cuts the dependents loose from an owner that is deleted with the orphan policy, then lets it go.</summary>
    private sealed class Orphaning(GarbageCollector collector) : IReconciler
    {
        public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            await collector._readiness.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (collector._graph.View(key.Name) is not { IsVirtual: false } owner) { return ReconcileResult.Done; }
            foreach (var dependent in owner.Dependents) { await ReleaseAsync(key.Name, dependent.Identity, cancellationToken).ConfigureAwait(false); }
            if (await collector._live.FindAsync(owner.Identity, cancellationToken).ConfigureAwait(false) is { } latest)
            {
                await collector.RemoveFinalizerAsync(owner.Identity, latest, OwnerGraph.OrphanFinalizer, cancellationToken).ConfigureAwait(false);
            }

            return ReconcileResult.Done;
        }

        private async Task ReleaseAsync(string ownerUid, ObjectIdentity dependent, CancellationToken cancellationToken)
        {
            if (!collector._live.IsKnown(dependent) || await collector._live.FindAsync(dependent, cancellationToken).ConfigureAwait(false) is not { } latest) { return; }
            if (latest.OwnerReferences?.Any(reference => reference.Uid == ownerUid) != true) { return; }
            try
            {
                await collector._live.PatchAsync(dependent, MetadataPatch.Owners(latest, [.. latest.OwnerReferences.Where(reference => reference.Uid != ownerUid)]), cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException exception) when (exception.IsNotFound)
            {
                // Gone already.
            }
        }
    }
}
