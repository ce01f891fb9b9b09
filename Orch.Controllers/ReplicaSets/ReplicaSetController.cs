using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Caching;
using Orch.Controllers.Hosting;
using Orch.Controllers.Ownership;
using Orch.Controllers.Pods;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.ReplicaSets;

/// <summary>Keeps as many pods of a template as a replica set asks for.</summary>
internal sealed class ReplicaSetController : IReconciler
{
    private readonly IInformer<V1ReplicaSet> _sets;
    private readonly IInformer<V1Pod> _pods;
    private readonly IResourceClient<V1ReplicaSet> _setClient;
    private readonly IResourceClient<V1Pod> _podClient;
    private readonly Claims<V1ReplicaSet, V1Pod> _claims;
    private readonly WriteLog<V1Pod> _writes;
    private readonly IEventRecorder _events;
    private readonly TimeProvider _time;

    public ReplicaSetController(ControllerContext context)
    {
        _sets = context.Informer<V1ReplicaSet>().WithOwnerIndexes();
        _pods = context.Informer<V1Pod>().WithOwnerIndexes();
        _setClient = context.Client.Resource<V1ReplicaSet>();
        _podClient = context.Client.Resource<V1Pod>();
        _claims = new Claims<V1ReplicaSet, V1Pod>(_setClient, _podClient);
        _writes = new WriteLog<V1Pod>(_pods, context.Time);
        _events = context.Events;
        _time = context.Time;
        context.Loop("replicaset", this).Watch(_sets).Watch(_pods, SetsOf);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_sets.Find(key) is not { } set) { _writes.Forget(key); return ReconcileResult.Done; }
        var isCaughtUp = _writes.IsCaughtUp(key);
        var candidates = _pods.ByIndex(OwnerIndexes.ByController, set.Metadata.Uid).Concat(_pods.ByIndex(OwnerIndexes.Orphans, key.Namespace));
        var owned = await _claims.SettleAsync(set, LabelSelector.From(set.Spec.Selector), candidates, static pod => pod.IsActive(), cancellationToken).ConfigureAwait(false);

        ReplicaFault? fault = null;
        if (isCaughtUp) { fault = await ApplyAsync(key, set, ReplicaPlan.For(set, owned, () => Related(set), _time.GetUtcNow()), cancellationToken).ConfigureAwait(false); }

        var next = ReplicaSetStatusPlan.For(set, owned, fault, _time.GetUtcNow());
        await WriteStatusAsync(set, next.Status, cancellationToken).ConfigureAwait(false);
        if (fault is not null) { throw new ControllerFaultException($"replica set {key}: {fault.Message}"); }
        if (!isCaughtUp) { return ReconcileResult.RequeueAfter(WriteLog<V1Pod>.Patience); }
        return next.NextCheck is { } after ? ReconcileResult.RequeueAfter(after) : ReconcileResult.Done;
    }

    private async Task<ReplicaFault?> ApplyAsync(ObjectKey key, V1ReplicaSet set, ReplicaPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Create > 0)
        {
            var (_, failure) = await SlowStart.RunAsync(plan.Create, () => CreateAsync(key, set, cancellationToken)).ConfigureAwait(false);
            return Fault("FailedCreate", failure);
        }

        var outcomes = await Task.WhenAll(plan.Delete.Select(pod => DeleteAsync(key, set, pod, cancellationToken))).ConfigureAwait(false);
        return Fault("FailedDelete", Array.Find(outcomes, static failure => failure is not null));
    }

    // A namespace that is going away takes no pods: nothing to complain about, the set goes with it.
    private static ReplicaFault? Fault(string reason, Exception? failure) => failure switch
    {
        null => null,
        OperationCanceledException => throw failure,
        ApiException exception when exception.IsNamespaceTerminating() => null,
        _ => new ReplicaFault(reason, failure.Message),
    };

    private async Task CreateAsync(ObjectKey key, V1ReplicaSet set, CancellationToken cancellationToken)
    {
        try
        {
            var created = await _podClient.CreateAsync(PodTemplates.Pod(set, set.Spec.Template), cancellationToken).ConfigureAwait(false);
            _writes.Wrote(key, created);
            _events.Normal(set, "SuccessfulCreate", $"Created pod: {created.Metadata.Name}");
        }
        catch (ApiException exception) when (!exception.IsNamespaceTerminating())
        {
            _events.Warning(set, "FailedCreate", $"Error creating: {exception.Message}");
            throw;
        }
    }

    private async Task<Exception?> DeleteAsync(ObjectKey key, V1ReplicaSet set, V1Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            await _podClient.DeleteAsync(pod.Key(), new DeleteRequest { PreconditionUid = pod.Metadata.Uid }, cancellationToken).ConfigureAwait(false);
            _writes.Deleted(key, pod);
            _events.Normal(set, "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
            return null;
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            return null; // Gone, or another pod under its name.
        }
        catch (ApiException exception)
        {
            _events.Warning(set, "FailedDelete", $"Error deleting: {exception.Message}");
            return exception;
        }
    }

    private async Task WriteStatusAsync(V1ReplicaSet set, V1ReplicaSetStatus status, CancellationToken cancellationToken)
    {
        if (ApiJson.ContentEquals(set.Status, status)) { return; }
        await _setClient.UpdateStatusAsync(set with { Status = status }, cancellationToken).UnlessGoneAsync().ConfigureAwait(false);
    }

    private IEnumerable<V1Pod> Related(V1ReplicaSet set)
        => set.ControllerOwner() is not { } owner
            ? _pods.ByIndex(OwnerIndexes.ByController, set.Metadata.Uid)
            : _sets.ByIndex(OwnerIndexes.ByController, owner.Uid).SelectMany(sibling => _pods.ByIndex(OwnerIndexes.ByController, sibling.Metadata.Uid));

    private IEnumerable<ObjectKey> SetsOf(V1Pod pod)
    {
        if (pod.ControllerOwner() is { } owner)
        {
            var key = new ObjectKey(pod.Metadata.NamespaceProperty, owner.Name);
            return owner.Kind == "ReplicaSet" && _sets.Find(key)?.Metadata.Uid == owner.Uid ? [key] : [];
        }

        return _sets.ByIndex(OwnerIndexes.ByNamespace, pod.Metadata.NamespaceProperty).Where(set => set.Spec.Selector.Matches(pod)).Select(static set => set.Key());
    }
}
