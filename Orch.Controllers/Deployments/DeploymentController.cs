using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Controllers.Pods;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.Deployments;

/// <summary>Rolls a deployment's pod template out by creating and scaling replica sets.</summary>
/// <remarks>
/// Needs no memory of its own writes: names of replica sets follow from the template, so that a second create is refused, and
/// updates carry the version they were decided from, so that a decision from a stale cache ends in a conflict.
/// </remarks>
internal sealed class DeploymentController : IReconciler
{
    private readonly IInformer<V1Deployment> _deployments;
    private readonly IInformer<V1ReplicaSet> _sets;
    private readonly IInformer<V1Pod> _pods;
    private readonly IResourceClient<V1Deployment> _deploymentClient;
    private readonly IResourceClient<V1ReplicaSet> _setClient;
    private readonly Claims<V1Deployment, V1ReplicaSet> _claims;
    private readonly PodTemplateHash _hash = new();
    private readonly IEventRecorder _events;
    private readonly TimeProvider _time;

    public DeploymentController(ControllerContext context)
    {
        _deployments = context.Informer<V1Deployment>().WithNamespaceIndex();
        _sets = context.Informer<V1ReplicaSet>().WithOwnerIndexes();
        _pods = context.Informer<V1Pod>().WithOwnerIndexes();
        _deploymentClient = context.Client.Resource<V1Deployment>();
        _setClient = context.Client.Resource<V1ReplicaSet>();
        _claims = new Claims<V1Deployment, V1ReplicaSet>(_deploymentClient, _setClient);
        _events = context.Events;
        _time = context.Time;
        context.Loop("deployment", this).Watch(_deployments).Watch(_sets, DeploymentsOf).WatchEvents(_pods, RecreatedBy);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_deployments.Find(key) is not { } deployment) { return ReconcileResult.Done; }
        var selector = LabelSelector.From(deployment.Spec.Selector);
        if (selector.IsEverything) { return await RefuseAsync(deployment, cancellationToken).ConfigureAwait(false); }

        var candidates = _sets.ByIndex(OwnerIndexes.ByController, deployment.Metadata.Uid).Concat(_sets.ByIndex(OwnerIndexes.Orphans, key.Namespace));
        var sets = await _claims.SettleAsync(deployment, selector, candidates, static _ => true, cancellationToken).ConfigureAwait(false);
        var plan = RolloutPlan.For(deployment, sets, _hash, HasRunningPods, _time.GetUtcNow());

        if (!await TryCreateAsync(deployment, plan, cancellationToken).ConfigureAwait(false)) { return ReconcileResult.Done; }
        foreach (var update in plan.Updates) { await UpdateAsync(deployment, update, cancellationToken).ConfigureAwait(false); }
        foreach (var set in plan.Deletes) { await DeleteAsync(set, cancellationToken).ConfigureAwait(false); }
        var current = await WriteRevisionAsync(deployment, plan.Revision, cancellationToken).ConfigureAwait(false);
        if (!ApiJson.ContentEquals(deployment.Status, plan.Status))
        {
            await _deploymentClient.UpdateStatusAsync(current with { Status = plan.Status }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        }

        return plan.NextCheck is { } after ? ReconcileResult.RequeueAfter(after) : ReconcileResult.Done;
    }

    private async Task<ReconcileResult> RefuseAsync(V1Deployment deployment, CancellationToken cancellationToken)
    {
        _events.Warning(deployment, "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
        if ((deployment.Status?.ObservedGeneration ?? 0) < (deployment.Metadata.Generation ?? 0))
        {
            var status = (deployment.Status ?? new V1DeploymentStatus()) with { ObservedGeneration = deployment.Metadata.Generation };
            await _deploymentClient.UpdateStatusAsync(deployment with { Status = status }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        }

        return ReconcileResult.Done;
    }

    // False: the namespace is going, and the deployment with it.
    private async Task<bool> TryCreateAsync(V1Deployment deployment, RolloutPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Create is not { } set) { return true; }
        try
        {
            await _setClient.CreateAsync(set, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsAlreadyExists)
        {
            await ResolveNameAsync(deployment, set, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ApiException exception) when (exception.IsNamespaceTerminating())
        {
            return false;
        }
        catch (ApiException exception)
        {
            await ReportFailedCreateAsync(deployment, set, exception, cancellationToken).ConfigureAwait(false);
            throw;
        }

        ReportScaling(deployment, set.Metadata.Name, 0, set.Spec.Replicas ?? 0);
        return true;
    }

    // Either our own set that the cache does not show yet, or another template met the same hash: then count, and name anew.
    private async Task ResolveNameAsync(V1Deployment deployment, V1ReplicaSet set, CancellationToken cancellationToken)
    {
        var present = await _setClient.GetAsync(set.Key(), cancellationToken).ConfigureAwait(false);
        if (present.IsControlledBy(deployment) && _hash.AreEqual(present.Spec.Template, deployment.Spec.Template)) { return; }
        var status = (deployment.Status ?? new V1DeploymentStatus()) with { CollisionCount = (deployment.Status?.CollisionCount ?? 0) + 1 };
        await _deploymentClient.UpdateStatusAsync(deployment with { Status = status }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
        throw new ControllerFaultException($"replica set {set.Key()} is taken by another template; the next one gets another hash");
    }

    private async Task ReportFailedCreateAsync(V1Deployment deployment, V1ReplicaSet set, ApiException exception, CancellationToken cancellationToken)
    {
        var message = $"Failed to create new replica set \"{set.Metadata.Name}\": {exception.Message}";
        _events.Warning(deployment, "ReplicaSetCreateError", message);
        if (DeploymentStatusPlan.Deadline(deployment) is null) { return; }
        var condition = DeploymentConditions.Make(DeploymentConditions.Progressing, "False", DeploymentConditions.ReplicaSetCreateError, message, _time.GetUtcNow());
        var before = deployment.Status ?? new V1DeploymentStatus();
        var status = before with { Conditions = DeploymentConditions.With(before.Conditions ?? [], condition) };
        if (ApiJson.ContentEquals(before, status)) { return; }
        await _deploymentClient.UpdateStatusAsync(deployment with { Status = status }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
    }

    private async Task UpdateAsync(V1Deployment deployment, ReplicaSetUpdate update, CancellationToken cancellationToken)
    {
        await _setClient.UpdateAsync(update.After, cancellationToken).ConfigureAwait(false);
        ReportScaling(deployment, update.After.Metadata.Name, RolloutState.Replicas(update.Before), RolloutState.Replicas(update.After));
    }

    private async Task DeleteAsync(V1ReplicaSet set, CancellationToken cancellationToken)
    {
        await _setClient.DeleteAsync(set.Key(), new DeleteRequest { PreconditionUid = set.Metadata.Uid }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
    }

    // By way of the status: a change of annotations alone would count as a new generation, and clients would wait for that to be observed.
    private async Task<V1Deployment> WriteRevisionAsync(V1Deployment deployment, string? revision, CancellationToken cancellationToken)
    {
        if (revision is null) { return deployment; }
        var annotations = new Dictionary<string, string>(deployment.Metadata.Annotations ?? new Dictionary<string, string>()) { [DeploymentAnnotations.Revision] = revision };
        return await _deploymentClient.UpdateStatusAsync(deployment with { Metadata = deployment.Metadata with { Annotations = annotations } }, cancellationToken).ConfigureAwait(false);
    }

    private void ReportScaling(V1Deployment deployment, string set, int from, int to)
    {
        if (from != to) { _events.Normal(deployment, "ScalingReplicaSet", $"Scaled {(to > from ? "up" : "down")} replica set {set} from {from} to {to}"); }
    }

    private bool HasRunningPods(string setUid) => _pods.ByIndex(OwnerIndexes.ByController, setUid).Any(static pod => !pod.IsFinished());

    private IEnumerable<ObjectKey> DeploymentsOf(V1ReplicaSet set)
    {
        if (set.ControllerOwner() is { } owner)
        {
            var key = new ObjectKey(set.Metadata.NamespaceProperty, owner.Name);
            return owner.Kind == "Deployment" && _deployments.Find(key)?.Metadata.Uid == owner.Uid ? [key] : [];
        }

        return _deployments.ByIndex(OwnerIndexes.ByNamespace, set.Metadata.NamespaceProperty).Where(one => one.Spec.Selector.Matches(set)).Select(static one => one.Key());
    }

    // Recreate waits until the last old pod has ended.
    private IEnumerable<ObjectKey> RecreatedBy(InformerEvent<V1Pod> change)
    {
        var pod = change.Object;
        var hasEnded = change.New is null || (pod.IsFinished() && change.Old?.IsFinished() != true);
        if (!hasEnded || pod.ControllerOwner() is not { Kind: "ReplicaSet" } owner) { return []; }
        return _sets.Find(new ObjectKey(pod.Metadata.NamespaceProperty, owner.Name)) is { } set
            ? DeploymentsOf(set).Where(key => _deployments.Find(key) is { } deployment && !RolloutLimits.IsRolling(deployment))
            : [];
    }
}
