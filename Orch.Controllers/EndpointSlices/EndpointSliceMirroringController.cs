using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.EndpointSlices;

/// <summary>Shows hand-written endpoints of a service without selector as endpoint slices, which is what proxies read.</summary>
internal sealed class EndpointSliceMirroringController : IReconciler
{
    private const string LeaderAnnotation = "control-plane.alpha.kubernetes.io/leader";
    private readonly IInformer<V1Endpoints> _endpoints;
    private readonly IInformer<V1Service> _services;
    private readonly IInformer<V1EndpointSlice> _slices;
    private readonly SliceWriter _writer;

    public EndpointSliceMirroringController(ControllerContext context)
    {
        _endpoints = context.Informer<V1Endpoints>();
        _services = context.Informer<V1Service>();
        _slices = context.Informer<V1EndpointSlice>().WithServiceIndex();
        _writer = new SliceWriter(context, _slices);
        context.Loop("endpointslicemirroring", this)
            .Watch(_endpoints)
            .Watch(_services)
            .Watch(_slices, static slice => SliceIndex.ServiceOf(slice, SliceLabels.MirroringController));
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (!_writer.IsCaughtUp(key)) { return ReconcileResult.RequeueAfter(SliceWriter.Patience); }
        var present = _slices.Of(key, SliceLabels.MirroringController).ToList();
        var plan = _endpoints.Find(key) is { } endpoints && ShouldMirror(endpoints)
            ? SlicePlan.For(MirroredGroups.Template(endpoints), MirroredGroups.For(endpoints), present, MirroredGroups.MaxPerSubset)
            : new SlicePlan([], [], present);
        await _writer.ApplyAsync(key, plan, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    private bool ShouldMirror(V1Endpoints endpoints)
        => !endpoints.IsDeleting()
            && endpoints.Label(SliceLabels.SkipMirror) != "true"
            && endpoints.Annotation(LeaderAnnotation) is null
            && endpoints.Label(SliceLabels.EndpointsManagedBy) is null
            && _services.Find(endpoints.Key()) is { Spec.Selector: null or { Count: 0 } };
}
