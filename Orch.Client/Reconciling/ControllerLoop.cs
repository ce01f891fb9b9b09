using System.Diagnostics;
using System.Diagnostics.Metrics;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.Client.Queues;
using Orch.Resources;

namespace Orch.Client.Reconciling;

/// <summary>Runs a reconciler: informers' changes become keys, workers take them off a queue, failures come again with back-off.</summary>
/// <remarks>
/// Declare with <see cref="Watch{T}(IInformer{T})"/> before it runs. Run it as a hosted service, or with <see cref="RunAsync"/>, for
/// example while leader. Reconciling begins when every watched informer has synced.
/// </remarks>
public sealed partial class ControllerLoop : IHostedService, IAsyncDisposable
{
    private static readonly Histogram<double> Duration = new Meter(ClientMeters.Name)
        .CreateHistogram<double>("controller_reconcile_duration_seconds", "s", "One call of a reconciler.");

    private readonly string _name;
    private readonly IReconciler _reconciler;
    private readonly ControllerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<ISource> _sources = [];
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private int _disposed;

    /// <summary>A loop that watches nothing yet.</summary>
    /// <param name="name">In logs and metrics, such as <c>replicaset</c>.</param>
    /// <param name="reconciler">Called by the workers.</param>
    /// <param name="time">The clock that delays run on.</param>
    /// <param name="logger">Failures are logged here.</param>
    /// <param name="options">Null for the defaults.</param>
    public ControllerLoop(string name, IReconciler reconciler, TimeProvider time, ILogger logger, ControllerOptions? options = null)
    {
        _name = name;
        _reconciler = reconciler;
        _time = time;
        _logger = logger;
        _options = options ?? new ControllerOptions();
        _queue = new WorkQueue<ObjectKey>(name, time, _options.Queue);
    }

    private interface ISource
    {
        Task WaitForSyncAsync(CancellationToken cancellationToken);

        IDisposable Subscribe();

        void EnqueueAll();
    }

    /// <summary>Its queue; for tests and for work that no informer announces.</summary>
    public IWorkQueue<ObjectKey> Queue => _queue;

    /// <summary>Each change of an object enqueues its own key.</summary>
    public ControllerLoop Watch<T>(IInformer<T> informer)
        where T : class, IKubernetesObject<V1ObjectMeta> => WatchEvents(informer, static change => [change.Object.Key()]);

    /// <summary>Each change of an object enqueues the keys it maps to, its old and its new state both.</summary>
    /// <param name="keys">Quick and pure, such as the key of a pod's owner.</param>
    public ControllerLoop Watch<T>(IInformer<T> informer, Func<T, IEnumerable<ObjectKey>> keys)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => WatchEvents(informer, change => change.Old is null ? keys(change.New!) : change.New is null ? keys(change.Old) : keys(change.Old).Concat(keys(change.New)));

    /// <summary>Each change enqueues the keys it maps to.</summary>
    public ControllerLoop WatchEvents<T>(IInformer<T> informer, Func<InformerEvent<T>, IEnumerable<ObjectKey>> keys)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        _sources.Add(new Source<T>(informer, keys, _queue));
        return this;
    }

    /// <summary>Looks at a key as soon as possible.</summary>
    public void Enqueue(ObjectKey key) => _queue.Add(key);

    /// <summary>Looks at a key after a delay.</summary>
    public void EnqueueAfter(ObjectKey key, TimeSpan delay) => _queue.AddAfter(key, delay);

    /// <summary>Works until cancelled; returns, without throwing, when no reconcile is under way any more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var subscriptions = new List<IDisposable>();
        try
        {
            foreach (var source in _sources) { await source.WaitForSyncAsync(cancellationToken).ConfigureAwait(false); }
            foreach (var source in _sources) { subscriptions.Add(source.Subscribe()); }
            Log.Started(_logger, _name, _options.Workers);
            var workers = Enumerable.Range(0, Math.Max(1, _options.Workers)).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None));
            await Task.WhenAll(workers.Append(ResyncAsync(cancellationToken))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            foreach (var subscription in subscriptions) { subscription.Dispose(); }
        }
    }

    /// <summary>Starts the loop in the background.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => RunAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Stops the loop and waits for the reconciles under way.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the loop if it runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) { return; }
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _queue.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await _queue.TakeAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            await ReconcileAsync(key, cancellationToken).ConfigureAwait(false);
            _queue.Done(key);
        }
    }

    private async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var outcome = "success";
        try
        {
            var result = await _reconciler.ReconcileAsync(key, cancellationToken).ConfigureAwait(false);
            _queue.Forget(key);
            if (result.After is { } after) { _queue.AddAfter(key, after); }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
        }
#pragma warning disable CA1031 // one key's fault must not stop the others
        catch (Exception exception)
#pragma warning restore CA1031
        {
            outcome = "error";
            _queue.AddRateLimited(key);
            // Another writer won: usual, and cured by reading afresh.
            if (exception is ApiException { IsConflict: true }) { Log.Conflict(_logger, _name, key, exception.Message); }
            else { Log.ReconcileFailed(_logger, exception, _name, key, _queue.Failures(key)); }
        }

        Duration.Record(_time.GetElapsedTime(started).TotalSeconds, new TagList { { "controller", _name }, { "result", outcome } });
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        if (_options.ResyncPeriod is not { } period) { return; }
        using var timer = new PeriodicTimer(period, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var source in _sources) { source.EnqueueAll(); }
        }
    }

    private sealed class Source<T>(IInformer<T> informer, Func<InformerEvent<T>, IEnumerable<ObjectKey>> keys, WorkQueue<ObjectKey> queue) : ISource
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        public Task WaitForSyncAsync(CancellationToken cancellationToken) => informer.WaitForSyncAsync(cancellationToken);

        public IDisposable Subscribe() => informer.Subscribe(Enqueue);

        public void EnqueueAll()
        {
            foreach (var item in informer.List()) { Enqueue(new InformerEvent<T>(item, item)); }
        }

        private void Enqueue(InformerEvent<T> change)
        {
            foreach (var key in keys(change)) { queue.Add(key); }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Controller {Controller} runs with {Workers} workers")]
        public static partial void Started(ILogger logger, string controller, int workers);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Controller} failed on {Key}, {Failures} times in a row; it will try again")]
        public static partial void ReconcileFailed(ILogger logger, Exception exception, string controller, ObjectKey key, int failures);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Controller {Controller} lost a race for {Key} and will try again: {Reason}")]
        public static partial void Conflict(ILogger logger, string controller, ObjectKey key, string reason);
    }
}
