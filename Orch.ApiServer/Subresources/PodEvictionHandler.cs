using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Serving;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/eviction</c>: a delete that disruption budgets may hold up.</summary>
/// <remarks>Rules and messages of the pod registry's <c>EvictionREST</c>.</remarks>
internal sealed class PodEvictionHandler(ServedResources resources, ObjectReader reader, ObjectWriter writer, TimeProvider time) : ICreateHandler
{
    private const int MaxAttempts = 20;
    private static readonly GroupVersionResource ConflictResource = new(string.Empty, "v1", "Pod");
    private readonly ServedResource? _pods = resources.Find(typeof(V1Pod));
    private readonly DisruptionGuard _guard = new(resources, reader, writer, time);

    /// <inheritdoc />
    public CreateHandlerDescription Description { get; } = new(
        new GroupVersionResource(string.Empty, "v1", "pods"), "eviction", ResourceScope.Namespaced, new GroupVersionKind("policy", "v1", "Eviction"), typeof(V1Eviction));

    /// <inheritdoc />
    public async ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken)
    {
        var pods = _pods ?? throw Refusals.NoSuchPath();
        var eviction = (V1Eviction)call.Body;
        if (eviction.Metadata?.Name != call.Key.Name) { throw ApiErrors.BadRequest("name in URL does not match name in Eviction object"); }
        var options = eviction.DeleteOptions;
        if (options?.DryRun is { Count: > 0 } dryRun) { QueryOptions.CheckDryRun(dryRun, "DeleteOptions"); }
        var delete = new DeleteCall
        {
            GracePeriod = options?.GracePeriodSeconds is { } seconds ? DeleteCall.GraceOf(seconds) : null,
            PropagationPolicy = options?.PropagationPolicy,
            OrphanDependents = options?.OrphanDependents,
            PreconditionUid = options?.Preconditions?.Uid,
            PreconditionResourceVersion = options?.Preconditions?.ResourceVersion,
        };
        delete.Check();
        var write = new WriteCall(call.User) { IsDryRun = call.IsDryRun || options?.DryRun is { Count: > 0 }, IsAdmitted = true };
        for (var attempt = 1; ; attempt++)
        {
            var pod = (V1Pod)(await reader.GetAsync(pods, call.Key, string.Empty, cancellationToken).ConfigureAwait(false)).Value;
            try
            {
                await EvictAsync(pods, pod, write, delete, cancellationToken).ConfigureAwait(false);
                return Refusals.Success(201);
            }
            catch (ApiException exception) when (exception.IsConflict && IsOutsideBudgets(pod) && delete.PreconditionResourceVersion is null && attempt < MaxAttempts)
            {
                // The pod changed on the way, so whether it is outside still must be looked at again.
            }
        }
    }

    // What has ended, has not begun or goes already is no loss.
    private static bool IsOutsideBudgets(V1Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed" or "Pending" || pod.Metadata.DeletionTimestamp is not null;

    private async ValueTask EvictAsync(ServedResource pods, V1Pod pod, WriteCall write, DeleteCall delete, CancellationToken cancellationToken)
    {
        if (IsOutsideBudgets(pod))
        {
            // A pod that has not begun might become ready meanwhile, and then it counts.
            var mayBegin = pod.Status?.Phase is not ("Succeeded" or "Failed") && pod.Metadata.DeletionTimestamp is null;
            await DeleteAsync(pods, pod, write, mayBegin && delete.PreconditionResourceVersion is null ? delete with { PreconditionResourceVersion = pod.Metadata.ResourceVersion } : delete, cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        var leave = await _guard.AskAsync(pod, write.IsDryRun, cancellationToken).ConfigureAwait(false);
        var bound = leave.OnlyAsItIs && delete.PreconditionResourceVersion is null;
        try
        {
            await DeleteAsync(pods, pod, write, leave.OnlyAsItIs ? delete with { PreconditionResourceVersion = pod.Metadata.ResourceVersion } : delete, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsConflict && bound)
        {
            throw DisruptionGuard.NotYet(leave.Budget);
        }
    }

    // Whoever watches the pod learns why it goes before it does.
    private async ValueTask DeleteAsync(ServedResource pods, V1Pod pod, WriteCall write, DeleteCall delete, CancellationToken cancellationToken)
    {
        if (!write.IsDryRun)
        {
            var change = ObjectChange.Trusted((current, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Marked((V1Pod)current.Value, delete)));
            var marked = await writer.UpdateAsync(pods, write with { Subresource = "eviction" }, pod.Key(), change, cancellationToken).ConfigureAwait(false);
            if (delete.PreconditionResourceVersion is not null) { delete = delete with { PreconditionResourceVersion = marked.Object.Value.Metadata.ResourceVersion }; }
        }

        await writer.DeleteAsync(pods, write, pod.Key(), delete, cancellationToken).ConfigureAwait(false);
    }

    private V1Pod Marked(V1Pod pod, DeleteCall delete)
    {
        if (delete.PreconditionUid is { Length: > 0 } uid && uid != pod.Metadata.Uid)
        {
            throw Conflict(pod, $"the UID in the precondition ({uid}) does not match the UID in record ({pod.Metadata.Uid}). The object might have been deleted and then recreated");
        }

        if (delete.PreconditionResourceVersion is { Length: > 0 } version && version != pod.Metadata.ResourceVersion)
        {
            throw Conflict(pod, $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({pod.Metadata.ResourceVersion}). The object might have been modified");
        }

        var marked = ApiJson.DeepCopy(pod);
        marked.Status ??= new V1PodStatus();
        var wanted = new V1PodCondition
        {
            Type = "DisruptionTarget", Status = "True", Reason = "EvictionByEvictionAPI", Message = "Eviction API: evicting", ObservedGeneration = pod.Metadata.Generation,
        };
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        marked.Status.Conditions = Conditions.With(marked.Status.Conditions, wanted, now);
        return marked;
    }

    private static ApiException Conflict(V1Pod pod, string detail) => ApiErrors.Conflict(ConflictResource, pod.Metadata.Name, detail);
}
