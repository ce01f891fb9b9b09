using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.Resources;

namespace Orch.Client.Informers;

/// <summary>Informers over one client.</summary>
public sealed class InformerFactory : IInformerFactory, IMetadataInformers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Type, string, string, string), Entry> _informers = [];
    private readonly List<Entry> _ofMetadata = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IClusterClient _client;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly Random _random;
    private bool _started;

    /// <summary>A factory with no informers yet.</summary>
    /// <param name="client">Reads as whoever will own the informers.</param>
    /// <param name="time">The clock that back-off runs on.</param>
    /// <param name="loggers">Null for no logs.</param>
    /// <param name="random">Spreads retries; seeded in tests. Null for a seed of its own.</param>
    public InformerFactory(IClusterClient client, TimeProvider time, ILoggerFactory? loggers = null, Random? random = null)
    {
        _client = client;
        _time = time;
        _loggers = loggers ?? NullLoggerFactory.Instance;
        _random = random ?? new Random();
    }

    /// <inheritdoc/>
    public IInformer<T> Informer<T>(ListRequest? selection = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        selection ??= ListRequest.All;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            var identity = (typeof(T), selection.Namespace, selection.LabelSelector, selection.FieldSelector);
            if (_informers.TryGetValue(identity, out var known)) { return (IInformer<T>)known.Informer; }
            var (informer, entry) = Make(_client.Resource<T>(), selection, CancellationToken.None);
            _informers.Add(identity, entry);
            if (_started) { entry.Start(_stop.Token); }
            return informer;
        }
    }

    /// <inheritdoc/>
    public IInformer<PartialObjectMetadata>? MetadataInformer(GroupVersionResource resource, CancellationToken stop)
    {
        if (_client is not IMetadataClusterClient client) { return null; }
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            _ofMetadata.RemoveAll(static entry => entry.HasEnded);
            var (informer, entry) = Make(client.Metadata(resource), ListRequest.All, stop, resource.GroupResource);
            _ofMetadata.Add(entry);
            if (_started) { entry.Start(_stop.Token); }
            return informer;
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        lock (_gate)
        {
            if (_started) { return; }
            _started = true;
            foreach (var entry in _informers.Values.Concat(_ofMetadata)) { entry.Start(_stop.Token); }
        }
    }

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken)
    {
        lock (_gate) { return Task.WhenAll(_informers.Values.Select(entry => entry.WaitForSyncAsync(cancellationToken))); }
    }

    /// <summary>Stops all informers and waits until their loops have ended; their caches stay readable.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested) { return; }
            running = [.. _informers.Values.Concat(_ofMetadata).Select(static entry => entry.Running)];
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        _stop.Dispose();
    }

    private (Informer<T> Informer, Entry Entry) Make<T>(IObjectClient<T> client, ListRequest selection, CancellationToken end, string? name = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var logger = _loggers.CreateLogger("Orch.Client.Informer");
        var informer = new Informer<T>(logger);
        var options = new ReflectorOptions(_time, new Random(_random.Next())) { Name = name };
        var reflector = new Reflector<T>(client, selection, informer, options, logger);
        return (informer, new Entry(informer, reflector.RunAsync, informer.WaitForSyncAsync, end));
    }

    private sealed class Entry(object informer, Func<CancellationToken, Task> run, Func<CancellationToken, Task> waitForSync, CancellationToken end)
    {
        public object Informer => informer;

        public Task Running { get; private set; } = Task.CompletedTask;

        public bool HasEnded => end.IsCancellationRequested && Running.IsCompleted;

        public void Start(CancellationToken stop) => Running = Task.Run(() => RunAsync(stop), CancellationToken.None);

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => waitForSync(cancellationToken);

        private async Task RunAsync(CancellationToken stop)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, end);
            await run(either.Token).ConfigureAwait(false);
        }
    }
}
