using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.Certificates;

/// <summary>Deletes, every ten minutes, signing requests that are of no use any more.</summary>
internal sealed class CertificateCleaner : IReconciler
{
    private static readonly ObjectKey Everything = ObjectKey.Cluster("all");
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private readonly IInformer<V1CertificateSigningRequest> _requests;
    private readonly IResourceClient<V1CertificateSigningRequest> _client;
    private readonly TimeProvider _time;

    public CertificateCleaner(ControllerContext context)
    {
        _requests = context.Informer<V1CertificateSigningRequest>();
        _client = context.Client.Resource<V1CertificateSigningRequest>();
        _time = context.Time;
        var loop = context.Loop("csrcleaner", this, workers: 1);
        loop.WatchEvents(_requests, static _ => []);
        loop.Enqueue(Everything);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        foreach (var item in _requests.List().Where(item => RequestExpiry.IsOver(item, now)))
        {
            try { await _client.DeleteAsync(item.Key(), new DeleteRequest { PreconditionUid = item.Metadata.Uid }, cancellationToken).ConfigureAwait(false); }
            catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict) { /* gone, or another by now */ }
        }

        return ReconcileResult.RequeueAfter(Period);
    }
}
