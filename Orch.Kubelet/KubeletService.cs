using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Kubelet.Images;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Pleg;
using Orch.Kubelet.Pods;
using Orch.Kubelet.Probes;
using Orch.Kubelet.References;
using Orch.Kubelet.Server;
using Orch.Kubelet.Status;
using Orch.Kubelet.Volumes;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet;

/// <summary>Runs the node agent: its loops, and the wires between them.</summary>
internal sealed partial class KubeletService(
    NodeRegistration registration,
    NodeNetwork network,
    NodeInformers informers,
    NodeHealth health,
    NodeStatusBuilder node,
    PodWorkers workers,
    PodStatuses statuses,
    PodProbes probes,
    PodLifecycleEvents lifecycle,
    PodVolumes volumes,
    ReferencedObjects references,
    ImageCollector images,
    NodeTeardown teardown,
    KubeletServer server,
    IContainerRuntime runtime,
    IOptions<KubeletOptions> options,
    TimeProvider time,
    ILogger<KubeletService> logger) : BackgroundService
{
    private static readonly TimeSpan HousekeepingPeriod = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the node is registered and its pods are worked on.</summary>
    public Task Started => _started.Task;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (options.Value.RemovePodsOnShutdown) { await teardown.RunAsync(cancellationToken).ConfigureAwait(false); }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop: containers go on, the next start adopts them.
        }
        finally
        {
            await workers.WaitAsync().ConfigureAwait(false);
            await server.StopAsync().ConfigureAwait(false);
            await informers.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Value.RootDirectory);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loops = new List<Task>();
        try
        {
            if (options.Value.ServeApi) { node.ServerPort = await server.StartAsync(linked.Token).ConfigureAwait(false); }
            await registration.RegisterAsync(linked.Token).ConfigureAwait(false);
            loops.Add(statuses.RunAsync(linked.Token));
            await informers.StartAsync(linked.Token).ConfigureAwait(false);
            workers.Start(linked.Token);
            probes.Changed += workers.Wake;
            references.Changed += workers.Wake;
            lifecycle.Changed += workers.Wake;
            using var nodes = informers.Node.Subscribe(change => network.Observe(change.New));
            loops.Add(network.RunAsync(linked.Token));
            await network.SettleAsync(linked.Token).ConfigureAwait(false);
            loops.Add(registration.RunAsync(linked.Token));
            using var pods = informers.Pods.Subscribe(OnPod);
            await AdoptAsync(linked.Token).ConfigureAwait(false);
            loops.Add(lifecycle.RunAsync(linked.Token));
            loops.Add(images.RunAsync(linked.Token));
            loops.Add(HousekeepAsync(linked.Token));
            _started.TrySetResult();
            await (await Task.WhenAny(loops).ConfigureAwait(false)).ConfigureAwait(false);
        }
        finally
        {
            await linked.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            probes.Changed -= workers.Wake;
            references.Changed -= workers.Wake;
            lifecycle.Changed -= workers.Wake;
        }
    }

    private void OnPod(InformerEvent<V1Pod> change)
    {
        if (change.New is { } pod)
        {
            // The same name with another uid: the old one is gone.
            if (change.Old is { } old && old.Metadata.Uid != pod.Metadata.Uid) { workers.Orphan(old.Metadata.Uid); }
            statuses.Observe(pod);
            workers.Update(pod, isNews: change.Old is null || PodNews.IsNews(change.Old, pod));
        }
        else
        {
            workers.Orphan(change.Old!.Metadata.Uid);
        }
    }

    private async Task HousekeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(HousekeepingPeriod, time, cancellationToken).ConfigureAwait(false);
            health.Report("pleg", lifecycle.IsHealthy ? null : "PLEG is not healthy: the runtime has not been listed for 3m0s");
            await AdoptAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what the runtime or the disk has of pods that the API does not give this node any more.</summary>
    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        try
        {
            var labels = new Dictionary<string, string> { [RuntimeLabels.Node] = options.Value.NodeName };
            var sandboxes = await runtime.ListSandboxesAsync(labels, cancellationToken).ConfigureAwait(false);
            var wanted = informers.Pods.List().Select(static p => p.Uid()).ToHashSet();
            foreach (var sandbox in sandboxes.Where(s => !wanted.Contains(s.Pod.Uid) && !workers.Knows(s.Pod.Uid)))
            {
                Log.OrphanFound(logger, sandbox.Pod);
                workers.Adopt(sandbox);
            }

            foreach (var uid in volumes.KnownPods().Where(uid => !wanted.Contains(uid) && !workers.Knows(uid)).ToList()) { workers.Sweep(uid); }
            foreach (var pod in informers.Pods.List().Where(p => !workers.Knows(p.Uid()))) { workers.Update(pod, isNews: true); }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.RuntimeUnavailable(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Pod {Pod} is not wanted on this node any more and is removed")]
        public static partial void OrphanFound(ILogger logger, PodReference pod);

        [LoggerMessage(LogLevel.Warning, "Orphaned pods could not be looked for")]
        public static partial void RuntimeUnavailable(ILogger logger, Exception exception);
    }
}
