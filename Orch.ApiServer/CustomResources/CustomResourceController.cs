using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Definitions;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.CustomResources;

/// <summary>Follows the definitions: decides their conditions, serves what is established, empties and lets go what is deleted.</summary>
internal sealed partial class CustomResourceController(
    ServedResources resources, CustomResourceRegistry registry, CustomResourceCleaner cleaner, ObjectWriter writer, TimeProvider time, ILogger<CustomResourceController> logger)
    : IBackgroundLoop, IBootstrapStep
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    /// <remarks>Before anything is served: what was established when the server stopped is there from the first request on.</remarks>
    public int Order => -10;

    /// <inheritdoc />
    Task IBootstrapStep.RunAsync(CancellationToken cancellationToken)
    {
        if (Definitions is { } definitions) { Serve(AllIn(definitions.Cache.Snapshot, definitions.Cache)); }
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    async Task IBackgroundLoop.RunAsync(CancellationToken cancellationToken)
    {
        if (Definitions is not { } definitions) { return; }
        while (true)
        {
            using var watch = definitions.Cache.WatchFromNow(WatchScope.All, out var snapshot);
            using var stopping = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            var isDone = await ReconcileAsync(definitions, AllIn(snapshot, definitions.Cache), cancellationToken).ConfigureAwait(false);
            while (watch.End == WatchEnd.None)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var timer = isDone ? null : time.CreateTimer(static state => ((CacheWatch)state!).Signal(), watch, RetryDelay, Timeout.InfiniteTimeSpan);
                await watch.WaitAsync().ConfigureAwait(false);
                while (watch.TryRead(out _)) { /* what is there now counts, not how it came about */ }
                watch.TakeBookmarkRequest();
                isDone = await ReconcileAsync(definitions, AllIn(definitions.Cache.Snapshot, definitions.Cache), cancellationToken).ConfigureAwait(false);
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private ServedResource? Definitions => resources.Find(typeof(V1CustomResourceDefinition));

    private static List<V1CustomResourceDefinition> AllIn(CacheSnapshot snapshot, ResourceCache cache)
    {
        var all = new List<V1CustomResourceDefinition>();
        foreach (var item in snapshot.Objects.Range(cache.Prefix, RangeRequest.PrefixEnd(cache.Prefix))) { all.Add((V1CustomResourceDefinition)item.Value); }
        return all;
    }

    private void Serve(List<V1CustomResourceDefinition> definitions)
    {
        registry.KeepLetGo(definitions);
        registry.Publish(definitions.Where(static item => DefinitionConditions.IsTrue(item, DefinitionConditions.Established)));
        var there = definitions.Select(static item => item.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in registry.Names) { if (!there.Contains(name)) { registry.Remove(name); } }
    }

    // False: something has to be looked at again in a while.
    private async Task<bool> ReconcileAsync(ServedResource definitions, List<V1CustomResourceDefinition> all, CancellationToken cancellationToken)
    {
        Serve(all);
        var isDone = true;
        for (var index = 0; index < all.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var (isFinished, now) = await ReconcileOneAsync(definitions, all[index], all, cancellationToken).ConfigureAwait(false);
                isDone &= isFinished;
                // Names that were just accepted are taken for those that come after.
                all[index] = now;
            }
            catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
            {
                // It changed meanwhile, which comes here as an event.
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Failed(logger, all[index].Metadata.Name, exception);
                isDone = false;
            }
        }

        return isDone;
    }

    private async Task<(bool IsFinished, V1CustomResourceDefinition Now)> ReconcileOneAsync(
        ServedResource definitions, V1CustomResourceDefinition definition, List<V1CustomResourceDefinition> all, CancellationToken cancellationToken)
    {
        if (definition.Metadata.DeletionTimestamp is not null)
        {
            return (await cleaner.CleanAsync(definitions, definition, cancellationToken).ConfigureAwait(false), definition);
        }

        var now = time.GetUtcNow();
        var wanted = NamingPlan.For(
            definition, all.Where(other => other.Spec.Group == definition.Spec.Group && other.Metadata.Name != definition.Metadata.Name), DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()).UtcDateTime);
        DefinitionApproval.Note(definition, wanted, DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()).UtcDateTime);
        if (ApiJson.ContentEquals(wanted, definition.Status)) { return (true, definition); }

        var next = ApiJson.DeepCopy(definition);
        next.Status = wanted;
        // Whoever reads that it is established may use it at once, so it is served before that is said.
        if (DefinitionConditions.IsTrue(next, DefinitionConditions.Established)) { registry.Publish([next]); }
        await writer.UpdateAsync(
            definitions, new WriteCall(ObjectEnsurer.Server) { Manager = "kube-apiserver", Subresource = "status" }, ObjectKey.Cluster(definition.Metadata.Name),
            ObjectChange.Status((current, _) =>
            {
                var value = ApiJson.DeepCopy((V1CustomResourceDefinition)current.Value);
                if (value.Metadata.Generation != definition.Metadata.Generation || value.Metadata.Uid != definition.Metadata.Uid) { throw ApiErrors.StaleObject(definitions.Resource, value.Metadata.Name); }
                value.Status = ApiJson.DeepCopy(wanted);
                value.Status.StoredVersions = ((V1CustomResourceDefinition)current.Value).Status?.StoredVersions;
                return new ValueTask<IKubernetesObject<V1ObjectMeta>>(value);
            }),
            cancellationToken).ConfigureAwait(false);
        return (true, next);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The custom resource definition {Name} could not be reconciled; trying again.")]
        public static partial void Failed(ILogger logger, string name, Exception exception);
    }
}
