using k8s;
using k8s.Models;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Serving;
using Orch.Resources;

namespace Orch.ApiServer.Subresources;

/// <summary><c>pods/eviction</c>: a delete that disruption budgets may hold up; without budgets it is just the delete.</summary>
internal sealed class PodEvictionHandler(ServedResources resources, ObjectWriter writer) : ICreateHandler
{
    private readonly ServedResource? _pods = resources.Find(typeof(V1Pod));

    /// <inheritdoc />
    public CreateHandlerDescription Description { get; } = new(
        new GroupVersionResource(string.Empty, "v1", "pods"), "eviction", ResourceScope.Namespaced, new GroupVersionKind("policy", "v1", "Eviction"), typeof(V1Eviction));

    /// <inheritdoc />
    public async ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken)
    {
        var pods = _pods ?? throw Refusals.NoSuchPath();
        var eviction = (V1Eviction)call.Body;
        if (!string.IsNullOrEmpty(eviction.Metadata?.Name) && eviction.Metadata.Name != call.Key.Name) { throw ApiErrors.BadRequest("name in URL does not match name in Eviction object"); }
        var options = eviction.DeleteOptions;
        if (options?.DryRun is { Count: > 0 } dryRun) { QueryOptions.CheckDryRun(dryRun, "DeleteOptions"); }
        var delete = new DeleteCall
        {
            GracePeriod = options?.GracePeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds < 0 ? 1 : seconds) : null,
            PropagationPolicy = options?.PropagationPolicy,
            OrphanDependents = options?.OrphanDependents,
            PreconditionUid = options?.Preconditions?.Uid,
            PreconditionResourceVersion = options?.Preconditions?.ResourceVersion,
        };
        var write = new WriteCall(call.User) { IsDryRun = call.IsDryRun || options?.DryRun is { Count: > 0 }, IsAdmitted = true };
        await writer.DeleteAsync(pods, write, call.Key, delete, cancellationToken).ConfigureAwait(false);
        return Refusals.Success(201);
    }
}
