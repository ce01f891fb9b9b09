using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Caching;
using Orch.Controllers.EndpointSlices;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Endpoints;

/// <summary>Keeps the classic endpoints of each service with a selector, for clients that do not read slices.</summary>
internal sealed class EndpointsController : IReconciler
{
    // Looks for endpoints whose service went while nobody watched; no service has an empty name.
    private static readonly ObjectKey Leftovers = new(string.Empty, string.Empty);
    private readonly IInformer<V1Service> _services;
    private readonly IInformer<V1Pod> _pods;
    private readonly IInformer<V1Endpoints> _endpoints;
    private readonly IResourceClient<V1Endpoints> _client;
    private readonly WriteLog<V1Endpoints> _writes;
    private readonly IEventRecorder _events;
    private readonly ControllerLoop _loop;

    public EndpointsController(ControllerContext context)
    {
        _services = context.Informer<V1Service>().WithNamespaceIndex();
        _pods = context.Informer<V1Pod>().WithNamespaceIndex();
        _endpoints = context.Informer<V1Endpoints>();
        _client = context.Client.Resource<V1Endpoints>();
        _writes = new WriteLog<V1Endpoints>(_endpoints, context.Time);
        _events = context.Events;
        // Endpoints without a service are not looked at: people may write them before it.
        _loop = context.Loop("endpoints", this)
            .Watch(_services)
            .WatchEvents(_pods, ServicesOf)
            .WatchEvents(_endpoints, change => change.New is null || _services.Find(change.Object.Key()) is not null ? [change.Object.Key()] : []);
        _loop.Enqueue(Leftovers);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (key == Leftovers) { EnqueueLeftovers(); return ReconcileResult.Done; }
        var existing = _endpoints.Find(key);
        if (_services.Find(key) is not { } service)
        {
            _writes.Forget(key);
            await RemoveAsync(existing, cancellationToken).ConfigureAwait(false);
            return ReconcileResult.Done;
        }

        if (!ServiceEndpoints.IsSelecting(service)) { return ReconcileResult.Done; }
        if (!_writes.IsCaughtUp(key)) { return ReconcileResult.RequeueAfter(WriteLog<V1Endpoints>.Patience); }
        var wanted = EndpointsPlan.For(service, _pods.ByIndex(OwnerIndexes.ByNamespace, key.Namespace).Where(pod => ServiceEndpoints.IsSelected(service, pod)), existing);
        await WriteAsync(key, service, existing, wanted, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    private async Task WriteAsync(ObjectKey key, V1Service service, V1Endpoints? existing, V1Endpoints wanted, CancellationToken cancellationToken)
    {
        try
        {
            if (existing is null) { _writes.Wrote(key, await _client.CreateAsync(wanted, cancellationToken).ConfigureAwait(false)); }
            else if (!AreEqual(existing, wanted)) { _writes.Wrote(key, await _client.UpdateAsync(wanted, cancellationToken).ConfigureAwait(false)); }
        }
        catch (ApiException exception) when (exception.IsNamespaceTerminating())
        {
            // Goes with its namespace.
        }
        catch (ApiException exception) when (!exception.IsConflict && !exception.IsAlreadyExists)
        {
            var (reason, verb) = existing is null ? ("FailedToCreateEndpoint", "create") : ("FailedToUpdateEndpoint", "update");
            _events.Warning(service, reason, $"Failed to {verb} endpoint {key}: {exception.Message}");
            throw;
        }
    }

    private static bool AreEqual(V1Endpoints existing, V1Endpoints wanted)
        => ApiJson.ContentEquals(existing.Subsets, wanted.Subsets) && ApiJson.ContentEquals(existing.Metadata.Labels, wanted.Metadata.Labels) && ApiJson.ContentEquals(existing.Metadata.Annotations, wanted.Metadata.Annotations);

    private async Task RemoveAsync(V1Endpoints? existing, CancellationToken cancellationToken)
    {
        if (existing is null) { return; }
        try
        {
            await _client.DeleteAsync(existing.Key(), new DeleteRequest { PreconditionUid = existing.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // Gone already.
        }
    }

    private void EnqueueLeftovers()
    {
        foreach (var endpoints in _endpoints.List())
        {
            if (_services.Find(endpoints.Key()) is null && endpoints.Annotation("control-plane.alpha.kubernetes.io/leader") is null) { _loop.Enqueue(endpoints.Key()); }
        }
    }

    private IEnumerable<ObjectKey> ServicesOf(InformerEvent<V1Pod> change)
    {
        if (!ServiceEndpoints.IsRelevant(change.Old, change.New)) { return []; }
        return _services.ByIndex(OwnerIndexes.ByNamespace, change.Object.Metadata.NamespaceProperty)
            .Where(service => (change.Old is { } old && ServiceEndpoints.IsSelected(service, old)) || (change.New is { } now && ServiceEndpoints.IsSelected(service, now)))
            .Select(static service => service.Key());
    }
}
