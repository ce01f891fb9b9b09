using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Admission.Policies.TypeChecking;

/// <summary>Writes what the type checker finds into the status of validating policies, once for each generation.</summary>
internal sealed partial class PolicyStatusController(ServedResources resources, PolicyTypeChecker checker, ObjectWriter writer, TimeProvider time, ILogger<PolicyStatusController> logger) : IBackgroundLoop
{
    private const string Manager = "validatingadmissionpolicy-status-controller";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    async Task IBackgroundLoop.RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1ValidatingAdmissionPolicy)) is not { } policies) { return; }
        while (true)
        {
            using var watch = policies.Cache.WatchFromNow(WatchScope.All, out var snapshot);
            using var stopping = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            var due = new Dictionary<string, V1ValidatingAdmissionPolicy>(StringComparer.Ordinal);
            foreach (var item in snapshot.Objects.Range(policies.Cache.Prefix, RangeRequest.PrefixEnd(policies.Cache.Prefix))) { Add(due, item); }
            while (watch.End == WatchEnd.None)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ReconcileAsync(policies, due, cancellationToken).ConfigureAwait(false);
                using var timer = due.Count == 0 ? null : time.CreateTimer(static state => ((CacheWatch)state!).Signal(), watch, RetryDelay, Timeout.InfiniteTimeSpan);
                await watch.WaitAsync().ConfigureAwait(false);
                while (watch.TryRead(out var change))
                {
                    due.Remove(change.Key);
                    if (change.Current is { } current) { Add(due, current); }
                }

                watch.TakeBookmarkRequest();
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private static void Add(Dictionary<string, V1ValidatingAdmissionPolicy> due, CachedObject item)
    {
        var policy = (V1ValidatingAdmissionPolicy)item.Value;
        if (IsBehind(policy)) { due[item.Key] = policy; }
    }

    private static bool IsBehind(V1ValidatingAdmissionPolicy policy) => (policy.Metadata.Generation ?? 0) > (policy.Status?.ObservedGeneration ?? 0);

    private async Task ReconcileAsync(ServedResource policies, Dictionary<string, V1ValidatingAdmissionPolicy> due, CancellationToken cancellationToken)
    {
        foreach (var (key, policy) in due.ToArray())
        {
            try
            {
                await WriteAsync(policies, policy, checker.Check(policy), cancellationToken).ConfigureAwait(false);
                due.Remove(key);
            }
            catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
            {
                // It changed or went meanwhile, which comes here as an event.
                due.Remove(key);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Failed(logger, policy.Metadata.Name, exception);
            }
        }
    }

    private async Task WriteAsync(ServedResource policies, V1ValidatingAdmissionPolicy policy, IReadOnlyList<V1ExpressionWarning> warnings, CancellationToken cancellationToken)
        => await writer.UpdateAsync(
            policies, new WriteCall(ObjectEnsurer.Server) { Manager = Manager, Subresource = "status" }, ObjectKey.Cluster(policy.Metadata.Name),
            ObjectChange.Status((current, _) =>
            {
                var value = ApiJson.DeepCopy((V1ValidatingAdmissionPolicy)current.Value);
                if (value.Metadata.Generation != policy.Metadata.Generation || value.Metadata.Uid != policy.Metadata.Uid) { throw ApiErrors.StaleObject(policies.Resource, value.Metadata.Name); }
                value.Status ??= new V1ValidatingAdmissionPolicyStatus();
                value.Status.ObservedGeneration = policy.Metadata.Generation;
                value.Status.TypeChecking = new V1TypeChecking { ExpressionWarnings = warnings.Count == 0 ? null : [.. warnings] };
                return new ValueTask<IKubernetesObject<V1ObjectMeta>>(value);
            }),
            cancellationToken).ConfigureAwait(false);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The validating admission policy {Policy} could not be type-checked; trying again.")]
        public static partial void Failed(ILogger logger, string policy, Exception exception);
    }
}
