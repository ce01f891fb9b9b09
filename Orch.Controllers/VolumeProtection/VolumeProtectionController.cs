using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.VolumeProtection;

/// <summary>Lets a deleted persistent volume go once it is bound to no claim.</summary>
internal sealed class VolumeProtectionController : IReconciler
{
    private const string Finalizer = "kubernetes.io/pv-protection";
    private readonly IInformer<V1PersistentVolume> _volumes;
    private readonly IResourceClient<V1PersistentVolume> _client;

    public VolumeProtectionController(ControllerContext context)
    {
        _volumes = context.Informer<V1PersistentVolume>();
        _client = context.Client.Resource<V1PersistentVolume>();
        context.Loop("pvprotection", this).Watch(_volumes);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_volumes.Find(key) is not { } volume || !volume.IsDeleting() || volume.Metadata.Finalizers?.Contains(Finalizer) != true) { return ReconcileResult.Done; }
        if (volume.Status?.Phase == "Bound") { return ReconcileResult.Done; }
        await FinalizerRemoval.ApplyAsync(_client, volume, Finalizer, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }
}
