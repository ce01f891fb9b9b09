using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Lookup;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Keeps the rules of gathered roles equal to those of the roles that they gather.</summary>
/// <remarks>
/// Woken by changes of roles, and only by those. Several servers of a cluster do the same and write the same, which is stored once.
/// What could not be written is tried again after the next change, or after <see cref="RetryDelay"/>.
/// </remarks>
internal sealed partial class RoleAggregator(ServedResources resources, ObjectWriter writer, IObjectLookup objects, TimeProvider time, ILogger<RoleAggregator> logger) : IBackgroundLoop
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private static readonly UserInfo Controller = new(
        "system:serviceaccount:kube-system:clusterrole-aggregation-controller", [UserGroups.ServiceAccounts, UserGroups.ServiceAccounts + ":kube-system", UserGroups.Masters, UserGroups.Authenticated]);

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1ClusterRole)) is not { } resource) { return; }
        while (!cancellationToken.IsCancellationRequested)
        {
            using var watch = resource.Cache.WatchFromNow(WatchScope.All, out _);
            using var registration = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            while (watch.End == WatchEnd.None && !cancellationToken.IsCancellationRequested)
            {
                while (watch.TryRead(out _)) { /* which role changed does not matter */ }
                var isDone = await AggregateAsync(resource, cancellationToken).ConfigureAwait(false);
                if (!isDone) { await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false); }
                else if (watch.End == WatchEnd.None && !cancellationToken.IsCancellationRequested) { await watch.WaitAsync().ConfigureAwait(false); }
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private async ValueTask<bool> AggregateAsync(ServedResource resource, CancellationToken cancellationToken)
    {
        var all = objects.List<V1ClusterRole>().ToList();
        var isDone = true;
        foreach (var role in all.Where(static role => role.AggregationRule is not null))
        {
            var rules = RoleAggregation.RulesOf(role, all);
            if (ContentEquality.Same(role.Rules ?? [], rules)) { continue; }
            try
            {
                await writer.UpdateAsync(resource, new WriteCall(Controller) { Manager = "clusterrole-aggregation-controller" }, role.Key(), ObjectChange.Whole((_, _) =>
                {
                    var changed = ApiJson.DeepCopy(role);
                    changed.Rules = [.. rules.Select(ApiJson.DeepCopy)];
                    return ValueTask.FromResult<k8s.IKubernetesObject<V1ObjectMeta>>(changed);
                }), cancellationToken).ConfigureAwait(false);
            }
            catch (ApiException refused) when (refused.IsNotFound || refused.IsConflict)
            {
                // It changed meanwhile, which wakes the loop again.
            }
            catch (ApiException refused)
            {
                Log.NotWritten(logger, role.Metadata.Name, refused);
                isDone = false;
            }
        }

        return isDone;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The rules of the gathered role {Role} could not be written; trying again.")]
        public static partial void NotWritten(ILogger logger, string role, Exception exception);
    }
}
