using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Networking.Dns.Zone;

/// <summary>Keeps the zone as services, endpoint slices and namespaces say; what changes costs its service alone.</summary>
/// <remarks>Level-triggered: a service is looked at as it is, however many events it had. The informers' relists are the safety net.</remarks>
internal sealed class ZoneKeeper
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";
    private const string ByService = "service";
    private readonly Lock _gate = new();
    private readonly ClusterZone _zone;
    private readonly IInformer<V1Service> _services;
    private readonly IInformer<V1EndpointSlice> _slices;
    private readonly IInformer<V1Namespace> _namespaces;
    private HashSet<ObjectKey> _dirty = [];
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ZoneKeeper(ClusterZone zone, IInformerFactory informers)
    {
        _zone = zone;
        _services = informers.Informer<V1Service>();
        _slices = informers.Informer<V1EndpointSlice>();
        _namespaces = informers.Informer<V1Namespace>();
        _slices.AddIndex(ByService, static slice => ServiceOf(slice) is { } key ? [key.ToString()] : []);
    }

    /// <summary>Begins to note what changes; before the informers start, so that nothing of the first lists is missed.</summary>
    public IDisposable Subscribe() => new Subscriptions(
        _namespaces.Subscribe(change =>
            {
                if (change.New is null) { _zone.RemoveNamespace(change.Object.Metadata.Name); }
                else { _zone.AddNamespace(change.Object.Metadata.Name); }
            }),
            _services.Subscribe(change => Touch(change.Object.Key())),
        _slices.Subscribe(change =>
            {
                if (ServiceOf(change.Old) is { } before) { Touch(before); }
                if (ServiceOf(change.New) is { } after) { Touch(after); }
            }));

    /// <summary>Takes in changes until asked to stop.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wake;
            lock (_gate) { wake = _wake.Task; }
            await wake.WaitAsync(cancellationToken).ConfigureAwait(false);
            Update();
        }
    }

    /// <summary>Takes in what has been noted.</summary>
    public void Update()
    {
        HashSet<ObjectKey> dirty;
        lock (_gate)
        {
            dirty = _dirty;
            _dirty = [];
            if (_wake.Task.IsCompleted) { _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously); }
        }

        foreach (var key in dirty)
        {
            _zone.Replace(key, _services.Find(key) is { } service
                ? ServiceRecords.Of(service, _slices.ByIndex(ByService, key.ToString()), _zone.Services) : null);
        }
    }

    private static ObjectKey? ServiceOf(V1EndpointSlice? slice)
        => slice?.Metadata.Labels is { } labels && labels.TryGetValue(ServiceNameLabel, out var name) && name.Length > 0
            ? new ObjectKey(slice.Metadata.NamespaceProperty, name) : null;

    private void Touch(ObjectKey service)
    {
        lock (_gate)
        {
            _dirty.Add(service);
            _wake.TrySetResult();
        }
    }

    private sealed class Subscriptions(params IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, static one => one.Dispose());
    }
}
