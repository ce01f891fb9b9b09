using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>Lists the pods behind each service in endpoint slices.</summary>
internal sealed class EndpointSliceController : IReconciler
{
    private const string PodsByNode = "orch.node";
    private readonly IInformer<V1Service> _services;
    private readonly IInformer<V1Pod> _pods;
    private readonly IInformer<V1Node> _nodes;
    private readonly IInformer<V1EndpointSlice> _slices;
    private readonly SliceWriter _writer;
    private readonly IEventRecorder _events;
    private readonly int _maxPerSlice;

    public EndpointSliceController(ControllerContext context)
    {
        _services = context.Informer<V1Service>().WithNamespaceIndex();
        _pods = context.Informer<V1Pod>().WithNamespaceIndex();
        _pods.AddIndex(PodsByNode, static pod => string.IsNullOrEmpty(pod.Spec?.NodeName) ? [] : [pod.Spec.NodeName]);
        _nodes = context.Informer<V1Node>();
        _slices = context.Informer<V1EndpointSlice>().WithServiceIndex();
        _writer = new SliceWriter(context, _slices);
        _events = context.Events;
        _maxPerSlice = context.Options.MaxEndpointsPerSlice;
        context.Loop("endpointslice", this)
            .Watch(_services)
            .WatchEvents(_pods, ServicesOf)
            .WatchEvents(_nodes, ServicesOn)
            .Watch(_slices, static slice => SliceIndex.ServiceOf(slice, SliceLabels.Controller));
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        // Slices of a service that is gone are collected as its dependents; those of one that lost its selector are left to people.
        if (_services.Find(key) is not { } service) { _writer.Forget(key); return ReconcileResult.Done; }
        if (!ServiceEndpoints.IsSelecting(service) || service.IsDeleting()) { return ReconcileResult.Done; }
        if (!_writer.IsCaughtUp(key)) { return ReconcileResult.RequeueAfter(SliceWriter.Patience); }

        var pods = _pods.ByIndex(OwnerIndexes.ByNamespace, key.Namespace).Where(pod => ServiceEndpoints.IsSelected(service, pod));
        var groups = ServiceGroups.For(service, pods, name => _nodes.Find(ObjectKey.Cluster(name)));
        var plan = SlicePlan.For(ServiceGroups.Template(service), groups, _slices.Of(key, SliceLabels.Controller), _maxPerSlice);
        try
        {
            await _writer.ApplyAsync(key, plan, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (!exception.IsConflict)
        {
            _events.Warning(service, "FailedToUpdateEndpointSlices", $"Error updating Endpoint Slices for Service {key}: {exception.Message}");
            throw;
        }

        return ReconcileResult.Done;
    }

    private IEnumerable<ObjectKey> ServicesOf(InformerEvent<V1Pod> change)
    {
        if (!ServiceEndpoints.IsRelevant(change.Old, change.New)) { return []; }
        return _services.ByIndex(OwnerIndexes.ByNamespace, change.Object.Metadata.NamespaceProperty)
            .Where(service => (change.Old is { } old && ServiceEndpoints.IsSelected(service, old)) || (change.New is { } now && ServiceEndpoints.IsSelected(service, now)))
            .Select(static service => service.Key());
    }

    private IEnumerable<ObjectKey> ServicesOn(InformerEvent<V1Node> change)
    {
        if (change is { Old: { } old, New: { } now } && old.Label(ServiceEndpoints.ZoneLabel) == now.Label(ServiceEndpoints.ZoneLabel)) { return []; }
        return _pods.ByIndex(PodsByNode, change.Object.Metadata.Name)
            .SelectMany(pod => _services.ByIndex(OwnerIndexes.ByNamespace, pod.Metadata.NamespaceProperty).Where(service => ServiceEndpoints.IsSelected(service, pod)))
            .Select(static service => service.Key()).Distinct();
    }
}
