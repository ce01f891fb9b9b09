using System.Collections.Concurrent;
using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Kubelet.Containers;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>One worker for each pod that the API gives this node, or that the runtime still has of it.</summary>
internal sealed partial class PodWorkers(PodSyncer syncer, PodTerminator terminator, TimeProvider time, ILogger<PodWorkers> logger)
{
    private readonly ConcurrentDictionary<string, Running> _workers = new();

    // Ended here, and still in the API's copy until their deletion has come back.
    private readonly ConcurrentDictionary<string, bool> _ended = new();
    private CancellationToken _stopping;

    // Who deletes by force does not wait.
    private static readonly TimeSpan ForcedGrace = TimeSpan.FromSeconds(1);

    /// <summary>Pods that are worked on.</summary>
    public IReadOnlyCollection<V1Pod> Pods => [.. _workers.Values.Select(static w => w.Worker.Pod)];

    /// <summary>Workers that do something just now.</summary>
    public int BusyCount => _workers.Values.Count(static w => w.Worker.IsBusy);

    public bool Knows(string uid) => _workers.ContainsKey(uid) || _ended.ContainsKey(uid);

    /// <summary>Workers begin from now on; they end, leaving containers alone, when this is cancelled.</summary>
    public void Start(CancellationToken stopping) => _stopping = stopping;

    /// <param name="isNews">Something besides the status changed.</param>
    public void Update(V1Pod pod, bool isNews)
    {
        if (_ended.ContainsKey(pod.Metadata.Uid)) { return; }
        var (worker, isNew) = GetOrAdd(pod);
        if (!isNew) { worker.Update(pod, isNews); }
    }

    /// <summary>The API has the pod no more.</summary>
    public void Orphan(string uid)
    {
        _ended.TryRemove(uid, out _);
        if (_workers.TryGetValue(uid, out var running)) { running.Worker.Orphan(ForcedGrace); }
    }

    /// <summary>Ends a pod that only the runtime knows.</summary>
    public void Adopt(SandboxStatus sandbox)
    {
        var grace = sandbox.Annotations.TryGetValue(ContainerConfigBuilder.GraceAnnotation, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : PodFacts.DefaultGraceSeconds;
        GetOrAdd(Reconstruct(sandbox.Pod, grace)).Worker.Orphan(TimeSpan.FromSeconds(grace));
    }

    /// <summary>Removes what is left on disk of a pod that nobody else knows.</summary>
    public void Sweep(string uid) => GetOrAdd(Reconstruct(new PodReference(string.Empty, "unknown", uid), 0)).Worker.Orphan(TimeSpan.Zero);

    public void Wake(string uid)
    {
        if (_workers.TryGetValue(uid, out var running)) { running.Worker.Wake(); }
    }

    /// <summary>Completes when all workers have ended after the stop.</summary>
    public Task WaitAsync() => Task.WhenAll(_workers.Values.Select(static w => w.Task));

    private static V1Pod Reconstruct(PodReference pod, long grace) => new()
    {
        Metadata = new V1ObjectMeta { Name = pod.Name, NamespaceProperty = pod.Namespace, Uid = pod.Uid },
        Spec = new V1PodSpec { Containers = [], TerminationGracePeriodSeconds = grace },
    };

    private (PodWorker Worker, bool IsNew) GetOrAdd(V1Pod pod)
    {
        var isNew = false;
        var running = _workers.GetOrAdd(pod.Metadata.Uid, _ =>
        {
            isNew = true;
            return new Running(new PodWorker(pod, syncer, terminator, time, logger));
        });
        running.StartOnce(() => Task.Run(() => RunAsync(pod.Metadata.Uid, running.Worker), CancellationToken.None));
        return (running.Worker, isNew);
    }

    private async Task RunAsync(string uid, PodWorker worker)
    {
        try
        {
            await worker.RunAsync(_stopping).ConfigureAwait(false);
            if (!worker.IsGone) { _ended[uid] = true; }
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            // A bug must not take the node down; the next housekeeping finds the pod without a worker and begins anew.
            Log.WorkerFailed(logger, uid, e);
        }
        finally
        {
            if (!_stopping.IsCancellationRequested && _workers.TryRemove(uid, out var running)) { running.Worker.Dispose(); }
        }
    }

    private sealed class Running(PodWorker worker)
    {
        private readonly Lock _gate = new();

        public PodWorker Worker { get; } = worker;

        public Task Task { get; private set; } = Task.CompletedTask;

        private bool _isStarted;

        public void StartOnce(Func<Task> start)
        {
            lock (_gate)
            {
                if (_isStarted) { return; }
                _isStarted = true;
                Task = start();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The worker of pod {Uid} failed")]
        public static partial void WorkerFailed(ILogger logger, string uid, Exception exception);
    }
}
