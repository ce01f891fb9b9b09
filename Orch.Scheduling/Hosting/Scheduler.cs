using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Cycle;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Queue;

namespace Orch.Scheduling.Hosting;

/// <summary>Takes pods off the queue one by one, decides, and lets the bindings run beside the next decisions.</summary>
internal sealed partial class Scheduler : IDisposable
{
    private readonly SchedulerSnapshot _snapshot = new();
    private readonly SchedulerCache _cache;
    private readonly IPodQueue _queue;
    private readonly SchedulerProfiles _profiles;
    private readonly SchedulingCycle _cycle;
    private readonly BindingCycle _bindings;
    private readonly FailureReporter _failures;
    private readonly SchedulerMetrics _metrics;
    private readonly ILogger<Scheduler> _logger;

    public Scheduler(
        SchedulerCache cache, IPodQueue queue, SchedulerProfiles profiles, BindingCycle bindings, FailureReporter failures,
        SchedulerMetrics metrics, IOptions<SchedulingOptions> options, ILogger<Scheduler> logger)
    {
        _cache = cache;
        _queue = queue;
        _profiles = profiles;
        _bindings = bindings;
        _failures = failures;
        _metrics = metrics;
        _logger = logger;
        var random = options.Value.RandomSeed is { } seed ? new Random(seed) : new Random();
        _cycle = new SchedulingCycle(options.Value.PercentageOfNodesToScore, random, metrics);
    }

    /// <summary>Runs until cancelled, and then until the bindings under way have ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var entry = await _queue.TakeAsync(cancellationToken).ConfigureAwait(false);
                await ScheduleAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await _bindings.DrainAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _bindings.Dispose();

    private async ValueTask ScheduleAsync(QueueEntry entry, CancellationToken cancellationToken)
    {
        var pod = entry.Pod;
        if (_profiles.Find(pod.Pod.Spec.SchedulerName) is not { } profile || _cache.Contains(pod.Uid))
        {
            _queue.Complete(entry);
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var state = new CycleState();
        Decision decision;
        try
        {
            _cache.Refresh(_snapshot);
            decision = await _cycle.RunAsync(profile, state, pod, _snapshot, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // A plugin of somebody else's may throw anything; it costs this pod a turn, not the scheduler its life.
            Log.CycleFailed(_logger, pod.Key, broken);
            decision = new Decision(null, broken.Message, [], 0, 0);
        }

        if (decision.NodeName is { } node)
        {
            await _bindings.StartAsync(profile, state, entry, node, cancellationToken).ConfigureAwait(false);
            _metrics.Attempted("scheduled", profile.SchedulerName, Stopwatch.GetElapsedTime(start));
            return;
        }

        _metrics.Attempted(decision.RejectedBy.Count > 0 ? "unschedulable" : "error", profile.SchedulerName, Stopwatch.GetElapsedTime(start));
        _queue.GiveBack(entry, decision.RejectedBy);
        _failures.Report(pod, decision.Message!, isError: decision.RejectedBy.Count == 0);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Scheduling of pod {Pod} failed; it will be tried again")]
        public static partial void CycleFailed(ILogger logger, Resources.ObjectKey pod, Exception exception);
    }
}
