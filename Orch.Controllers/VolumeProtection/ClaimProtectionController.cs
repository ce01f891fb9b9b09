using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.VolumeProtection;

/// <summary>Lets a deleted claim go once no pod that has a node uses it.</summary>
internal sealed class ClaimProtectionController : IReconciler
{
    private const string Finalizer = "kubernetes.io/pvc-protection";
    private readonly IInformer<V1PersistentVolumeClaim> _claims;
    private readonly IInformer<V1Pod> _pods;
    private readonly IResourceClient<V1PersistentVolumeClaim> _client;
    private readonly IResourceClient<V1Pod> _podClient;

    public ClaimProtectionController(ControllerContext context)
    {
        _claims = context.Informer<V1PersistentVolumeClaim>();
        _pods = context.Informer<V1Pod>();
        _client = context.Client.Resource<V1PersistentVolumeClaim>();
        _podClient = context.Client.Resource<V1Pod>();
        context.Loop("pvcprotection", this).Watch(_claims)
            .WatchEvents(_pods, static change => change.New is null ? ClaimsOf(change.Object) : []);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_claims.Find(key) is not { } claim || !claim.IsDeleting() || claim.Metadata.Finalizers?.Contains(Finalizer) != true) { return ReconcileResult.Done; }
        if (_pods.List().Any(pod => Uses(pod, key)) || await IsUsedAsync(key, cancellationToken).ConfigureAwait(false)) { return ReconcileResult.Done; }
        await FinalizerRemoval.ApplyAsync(_client, claim, Finalizer, cancellationToken).ConfigureAwait(false);
        return ReconcileResult.Done;
    }

    private static bool Uses(V1Pod pod, ObjectKey claim)
        => pod.Metadata.NamespaceProperty == claim.Namespace && !string.IsNullOrEmpty(pod.Spec?.NodeName) && ClaimsOf(pod).Contains(claim);

    private static IEnumerable<ObjectKey> ClaimsOf(V1Pod pod)
    {
        foreach (var volume in pod.Spec?.Volumes ?? [])
        {
            var name = volume.PersistentVolumeClaim?.ClaimName ?? (volume.Ephemeral is null ? null : $"{pod.Metadata.Name}-{volume.Name}");
            if (!string.IsNullOrEmpty(name)) { yield return new ObjectKey(pod.Metadata.NamespaceProperty, name); }
        }
    }

    // The cache may lag behind a pod that was bound a moment ago.
    private async ValueTask<bool> IsUsedAsync(ObjectKey key, CancellationToken cancellationToken)
        => (await _podClient.ListAsync(new ListRequest { Namespace = key.Namespace }, cancellationToken).ConfigureAwait(false)).Items.Any(pod => Uses(pod, key));
}
