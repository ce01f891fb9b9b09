using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Informers;
using Orch.Networking.Tools;
using Orch.Resources;

namespace Orch.Networking.Proxy;

/// <summary>Keeps the node's forwarding as services and endpoint slices say.</summary>
/// <remarks>Only services that changed are looked at. A failure of the backend is tried again, everything anew, with growing pauses.</remarks>
internal sealed partial class ProxyService(
    IClusterClientFactory clients, IProxyBackend backend, IOptions<ProxyOptions> options, TimeProvider time, ILoggerFactory loggers, ILogger<ProxyService> logger)
    : BackgroundService
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";
    private const string ByService = "service";
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<ServicePortKey, ServicePortRoute> _routes = [];
    private readonly Dictionary<ObjectKey, List<ServicePortKey>> _portsOf = [];
    private HashSet<ObjectKey> _dirty = [];
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _mustLoad = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var informers = new InformerFactory(clients.CreateClient(ClientIdentity.Component("system:kube-proxy")), time, loggers);
        await using var _ = informers.ConfigureAwait(false);
        var services = informers.Informer<V1Service>();
        var slices = informers.Informer<V1EndpointSlice>();
        slices.AddIndex(ByService, static slice => ServiceOf(slice) is { } key ? [key.ToString()] : []);
        informers.Start();
        await informers.WaitForSyncAsync(stoppingToken).ConfigureAwait(false);
        using var onService = services.Subscribe(change => Touch(change.Object.Key()));
        using var onSlice = slices.Subscribe(change =>
        {
            if (ServiceOf(change.Object) is { } key) { Touch(key); }
        });
        var pause = options.Value.MinInterval;
        while (true)
        {
            await WakeAsync().WaitAsync(stoppingToken).ConfigureAwait(false);
            pause = await SyncAsync(services, slices, stoppingToken).ConfigureAwait(false) ? options.Value.MinInterval : Longer(pause);
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.KeepOnShutdown) { return; }
        try { await backend.RemoveAsync(cancellationToken).ConfigureAwait(false); }
        catch (HostToolException failure) { Log.NotRemoved(logger, failure); }
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice slice)
        => slice.Label(ServiceNameLabel) is { Length: > 0 } name ? new ObjectKey(slice.Metadata.NamespaceProperty, name) : null;

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < MaxPause ? pause * 2 : MaxPause;

    private async Task<bool> SyncAsync(IInformer<V1Service> services, IInformer<V1EndpointSlice> slices, CancellationToken cancellationToken)
    {
        var delta = Plan(TakeDirty(), services, slices);
        if (!_mustLoad && delta.Removed.Count == 0 && delta.Changed.Count == 0) { return true; }
        try
        {
            await backend.ApplyAsync(_routes, _mustLoad ? null : delta, cancellationToken).ConfigureAwait(false);
            _mustLoad = false;
            return true;
        }
        catch (HostToolException failure)
        {
            Log.SyncFailed(logger, backend.Name, failure);
            _mustLoad = true;
            lock (_lock) { _wake.TrySetResult(); }
            return false;
        }
    }

    private ServiceRoutesDelta Plan(HashSet<ObjectKey> dirty, IInformer<V1Service> services, IInformer<V1EndpointSlice> slices)
    {
        var removed = new List<ServicePortRoute>();
        var changed = new List<(ServicePortRoute?, ServicePortRoute)>();
        foreach (var key in dirty)
        {
            var before = _portsOf.GetValueOrDefault(key, []);
            var routes = services.Find(key) is { } service
                ? RoutePlanner.Plan(service, slices.ByIndex(ByService, key.ToString()), options.Value.NodeName, port => _routes.GetValueOrDefault(port))
                : [];
            foreach (var port in before.Except(routes.Select(route => route.Key)))
            {
                if (_routes.Remove(port, out var gone)) { removed.Add(gone); }
            }

            foreach (var route in routes)
            {
                var old = _routes.GetValueOrDefault(route.Key);
                if (route.Equals(old)) { continue; }
                _routes[route.Key] = route;
                changed.Add((old, route));
            }

            if (routes.Count == 0) { _portsOf.Remove(key); }
            else { _portsOf[key] = [.. routes.Select(route => route.Key)]; }
        }

        return new ServiceRoutesDelta(removed, changed);
    }

    private void Touch(ObjectKey service)
    {
        lock (_lock)
        {
            _dirty.Add(service);
            _wake.TrySetResult();
        }
    }

    private Task WakeAsync()
    {
        lock (_lock) { return _wake.Task; }
    }

    private HashSet<ObjectKey> TakeDirty()
    {
        lock (_lock)
        {
            var taken = _dirty;
            _dirty = [];
            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Service rules could not be applied by {Backend}; it will be tried again, everything anew")]
        public static partial void SyncFailed(ILogger logger, string backend, Exception exception);

        [LoggerMessage(LogLevel.Warning, "Service rules could not be removed")]
        public static partial void NotRemoved(ILogger logger, Exception exception);
    }
}
