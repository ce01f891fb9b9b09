using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.ApiServer.Bootstrap;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;
using Orch.Storage;

namespace Orch.ApiServer.Aggregation;

/// <summary>Keeps an API service for each group that is served here, and checks the services that answer for others.</summary>
internal sealed partial class ApiServiceController(
    ServedResources resources, ResourceCatalog catalog, IEnumerable<ICreateHandler> creates, AggregatedApis apis, AvailabilityCheck check, ObjectWriter writer, ObjectEnsurer objects,
    TimeProvider time, ILogger<ApiServiceController> logger) : IBackgroundLoop
{
    // As often as upstream asks a service that is well; one that is not, or a change, is looked at sooner.
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, DateTimeOffset> _due = new(StringComparer.Ordinal);
    private long _catalogVersion = -1;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (resources.Find(typeof(V1APIService)) is not { } services) { return; }
        while (true)
        {
            using var watch = services.Cache.WatchFromNow(WatchScope.All, out _);
            using var stopping = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
            using var changes = catalog.OnChange(watch.Signal);
            while (watch.End == WatchEnd.None)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (watch.TryRead(out _)) { /* what is there now counts, not how it came about */ }
                watch.TakeBookmarkRequest();
                await ReconcileAsync(services, cancellationToken).ConfigureAwait(false);
                var next = _due.Count == 0 ? (TimeSpan?)null : _due.Values.Min() - time.GetUtcNow();
                using var timer = next is { } wait ? time.CreateTimer(static state => ((CacheWatch)state!).Signal(), watch, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan) : null;
                await watch.WaitAsync().ConfigureAwait(false);
            }

            if (watch.End == WatchEnd.Stopping) { return; }
        }
    }

    private static List<V1APIService> AllOf(ServedResource services)
    {
        var all = new List<V1APIService>();
        foreach (var item in services.Cache.Snapshot.Objects.Range(services.Cache.Prefix, RangeRequest.PrefixEnd(services.Cache.Prefix))) { all.Add((V1APIService)item.Value); }
        return all;
    }

    private async Task ReconcileAsync(ServedResource services, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureLocalAsync(services, cancellationToken).ConfigureAwait(false);
            var all = AllOf(services);
            apis.Replace(all);
            await CheckAsync(services, all, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, exception);
            _catalogVersion = -1;
            _due["retry"] = time.GetUtcNow() + RetryInterval;
        }
    }

    private async Task EnsureLocalAsync(ServedResource services, CancellationToken cancellationToken)
    {
        _due.Remove("retry");
        var version = catalog.Version;
        if (version == _catalogVersion) { return; }
        var wanted = LocalApiServices.Of(catalog.All, creates.Select(static handler => (handler.Description.Kind.Group, handler.Description.Resource.Version)).Where(item => catalog.HasGroupVersion(item.Group.Length == 0 ? item.Version : $"{item.Group}/{item.Version}")));
        foreach (var service in wanted) { await objects.EnsureAsync(service, cancellationToken).ConfigureAwait(false); }
        var names = wanted.Select(static service => service.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var service in AllOf(services).Where(service => LocalApiServices.IsForCustom(service) && !names.Contains(service.Metadata.Name)))
        {
            try { await writer.DeleteAsync(services, new WriteCall(ObjectEnsurer.Server), ObjectKey.Cluster(service.Metadata.Name), new DeleteCall { PreconditionUid = service.Metadata.Uid }, cancellationToken).ConfigureAwait(false); }
            catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict) { /* somebody else was faster */ }
        }

        _catalogVersion = version;
    }

    private async Task CheckAsync(ServedResource services, List<V1APIService> all, CancellationToken cancellationToken)
    {
        var remote = all.Where(static service => service.Spec.Service is not null).ToDictionary(static service => service.Metadata.Name, StringComparer.Ordinal);
        foreach (var name in _due.Keys.Where(name => name != "retry" && !remote.ContainsKey(name)).ToList()) { _due.Remove(name); }
        var now = time.GetUtcNow();
        var waiting = remote.Values.Where(service => !_due.TryGetValue(service.Metadata.Name, out var due) || due <= now || apis.Find(service.Spec.Group, service.Spec.Version) is { IsChecked: false }).ToList();
        await Task.WhenAll(waiting.Select(service => CheckOneAsync(services, service, cancellationToken))).ConfigureAwait(false);
        foreach (var service in waiting)
        {
            var isWell = apis.Find(service.Spec.Group, service.Spec.Version) is { IsAvailable: true };
            _due[service.Metadata.Name] = time.GetUtcNow() + (isWell ? CheckInterval : RetryInterval);
        }
    }

    private async Task CheckOneAsync(ServedResource services, V1APIService service, CancellationToken cancellationToken)
    {
        if (apis.Find(service.Spec.Group, service.Spec.Version) is not { } api) { return; }
        var (isAvailable, reason, message) = await check.RunAsync(api, cancellationToken).ConfigureAwait(false);
        var known = ApiServiceConditions.Available(service);
        if (known is not null && known.Status == (isAvailable ? "True" : "False") && known.Reason == reason && known.Message == message) { api.Note(service); return; }
        try
        {
            var result = await writer.UpdateAsync(
                services, new WriteCall(ObjectEnsurer.Server) { Manager = "kube-apiserver", Subresource = "status" }, ObjectKey.Cluster(service.Metadata.Name),
                ObjectChange.Status((current, _) =>
                {
                    var value = ApiJson.DeepCopy((V1APIService)current.Value);
                    value.Status ??= new V1APIServiceStatus();
                    ApiServiceConditions.SetAvailable(value.Status, isAvailable, reason, message, DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime);
                    return new ValueTask<IKubernetesObject<V1ObjectMeta>>(value);
                }),
                cancellationToken).ConfigureAwait(false);
            api.Note((V1APIService)result.Object.Value);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // It changed meanwhile, which comes here as an event.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The API services could not be reconciled; trying again.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
