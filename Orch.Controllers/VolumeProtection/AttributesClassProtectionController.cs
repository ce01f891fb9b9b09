using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.VolumeProtection;

/// <summary>Lets a deleted volume attributes class go once no claim and no volume names it.</summary>
internal sealed class AttributesClassProtectionController : IReconciler
{
    private const string Finalizer = "kubernetes.io/vac-protection";
    private readonly IInformer<V1VolumeAttributesClass> _classes;
    private readonly IInformer<V1PersistentVolumeClaim> _claims;
    private readonly IInformer<V1PersistentVolume> _volumes;
    private readonly IResourceClient<V1VolumeAttributesClass> _client;
    private readonly IResourceClient<V1PersistentVolumeClaim> _claimClient;
    private readonly IResourceClient<V1PersistentVolume> _volumeClient;

    public AttributesClassProtectionController(ControllerContext context)
    {
        _classes = context.Informer<V1VolumeAttributesClass>();
        _claims = context.Informer<V1PersistentVolumeClaim>();
        _volumes = context.Informer<V1PersistentVolume>();
        _client = context.Client.Resource<V1VolumeAttributesClass>();
        _claimClient = context.Client.Resource<V1PersistentVolumeClaim>();
        _volumeClient = context.Client.Resource<V1PersistentVolume>();
        context.Loop("vacprotection", this).Watch(_classes)
            .WatchEvents(_claims, static change => Left(change.Old is null ? [] : NamedBy(change.Old), change.New is null ? [] : NamedBy(change.New)))
            .WatchEvents(_volumes, static change => Left(change.Old is null ? [] : NamedBy(change.Old), change.New is null ? [] : NamedBy(change.New)));
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_classes.Find(key) is not { } item || !item.IsDeleting() || item.Metadata.Finalizers?.Contains(Finalizer) != true) { return ReconcileResult.Done; }
        if (_claims.List().Any(claim => NamedBy(claim).Contains(key.Name)) || _volumes.List().Any(volume => NamedBy(volume).Contains(key.Name))) { return ReconcileResult.Done; }
        if (await IsNamedAsync(key.Name, cancellationToken).ConfigureAwait(false)) { return ReconcileResult.Done; }
        await FinalizerRemoval.ApplyAsync(_client, item, Finalizer, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    private static IEnumerable<ObjectKey> Left(string?[] before, string?[] after)
        => before.Where(name => !string.IsNullOrEmpty(name) && !after.Contains(name)).Select(static name => ObjectKey.Cluster(name!));

    // A claim that is on its way from one class to another holds both.
    private static string?[] NamedBy(V1PersistentVolumeClaim claim)
        => [claim.Spec?.VolumeAttributesClassName, claim.Status?.CurrentVolumeAttributesClassName, claim.Status?.ModifyVolumeStatus?.TargetVolumeAttributesClassName];

    private static string?[] NamedBy(V1PersistentVolume volume) => [volume.Spec?.VolumeAttributesClassName];

    // The caches may lag behind a claim that was made a moment ago.
    private async ValueTask<bool> IsNamedAsync(string name, CancellationToken cancellationToken)
        => (await _claimClient.ListAsync(new ListRequest(), cancellationToken).ConfigureAwait(false)).Items.Any(claim => NamedBy(claim).Contains(name))
            || (await _volumeClient.ListAsync(new ListRequest(), cancellationToken).ConfigureAwait(false)).Items.Any(volume => NamedBy(volume).Contains(name));
}
