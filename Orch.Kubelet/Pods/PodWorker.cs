using k8s.Models;
using Microsoft.Extensions.Logging;
using Orch.Resources;

namespace Orch.Kubelet.Pods;

/// <summary>Takes one pod, known by its uid, through its life on this node; all work on the pod happens here, one step at a time.</summary>
/// <remarks>
/// Running → stopping → stopped → removed, and never back. Each step reads what is there before it acts, so that a worker that begins
/// anew after a crash of the agent goes on where the last one stopped.
/// </remarks>
internal sealed partial class PodWorker : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly PodSyncer _syncer;
    private readonly PodTerminator _terminator;
    private readonly ILogger _logger;
    private readonly Signal _signal;
    private readonly PodRecord _record;
    private CancellationTokenSource _interrupt = new();
    private V1Pod _latest;
    private bool _isGone;
    private TimeSpan? _orphanGrace;
    private int _failures;

    public PodWorker(V1Pod pod, PodSyncer syncer, PodTerminator terminator, TimeProvider time, ILogger logger)
    {
        (_latest, _syncer, _terminator, _logger) = (pod, syncer, terminator, logger);
        _record = new PodRecord(pod);
        _signal = new Signal(time);
    }

    private enum Phase
    {
        Running,
        Stopping,
        Stopped,
        Removed,
    }

    /// <summary>Works, or has a reason to.</summary>
    public bool IsBusy => !_signal.IsQuiet;

    /// <summary>The pod as last heard of.</summary>
    public V1Pod Pod
    {
        get { lock (_gate) { return _latest; } }
    }

    /// <summary>The API has no such pod.</summary>
    public bool IsGone
    {
        get { lock (_gate) { return _isGone; } }
    }

    /// <summary>The API shows a newer pod.</summary>
    /// <param name="isNews">Worth a look at once.</param>
    public void Update(V1Pod pod, bool isNews)
    {
        lock (_gate)
        {
            var shortens = MustStop(pod) && (!MustStop(_latest) || pod.GracePeriod() < _latest.GracePeriod());
            _latest = pod;
            // Neither a slow pull nor a long grace period that was cut may hold up the end.
            if (shortens) { _interrupt.Cancel(); }
        }

        if (isNews) { _signal.Set(); }
    }

    /// <summary>The API has no such pod (any more).</summary>
    public void Orphan(TimeSpan? grace = null)
    {
        lock (_gate)
        {
            if (_isGone) { return; }
            _isGone = true;
            _orphanGrace = grace;
            _interrupt.Cancel();
        }

        _signal.Set();
    }

    /// <summary>Look at it again soon.</summary>
    public void Wake() => _signal.Set();

    /// <summary>Returns when nothing of the pod is left, or when cancelled: then all stays as it is.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var phase = Phase.Running;
        while (phase != Phase.Removed)
        {
            var interrupt = Refresh();
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, interrupt);
            TimeSpan? wait;
            try
            {
                (phase, wait) = await StepAsync(phase, both.Token).ConfigureAwait(false);
                _failures = 0;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
            {
                continue;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Engine, network plugin, disk or API: whichever it was, the step is done again from what is there then.
                Log.StepFailed(_logger, _record.Pod.Key(), phase.ToString(), e);
                wait = TimeSpan.FromTicks(Math.Min(FirstRetry.Ticks << Math.Min(_failures++, 10), LongestRetry.Ticks));
            }

            if (wait == TimeSpan.Zero) { continue; }
            try
            {
                await _signal.WaitAsync(wait, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate) { _interrupt.Dispose(); }
    }

    private static bool MustStop(V1Pod pod) => pod.IsDeleting() || pod.IsFinished();

    /// <returns>Cancelled when the step that is about to begin is overtaken.</returns>
    private CancellationToken Refresh()
    {
        lock (_gate)
        {
            if (_interrupt.IsCancellationRequested)
            {
                _interrupt.Dispose();
                _interrupt = new CancellationTokenSource();
            }

            _record.Pod = _latest;
            _record.IsGone = _isGone;
            return _interrupt.Token;
        }
    }

    /// <returns>The phase to be in next, and how long to wait before its step; null waits for news.</returns>
    private async Task<(Phase Next, TimeSpan? Wait)> StepAsync(Phase phase, CancellationToken cancellationToken)
    {
        switch (phase)
        {
            case Phase.Running when _record.IsGone || MustStop(_record.Pod):
                return (Phase.Stopping, TimeSpan.Zero);
            case Phase.Running:
                return await _syncer.SyncAsync(_record, cancellationToken).ConfigureAwait(false) is { } after ? (Phase.Running, after) : (Phase.Stopping, TimeSpan.Zero);
            case Phase.Stopping:
                await _terminator.StopAsync(_record, _orphanGrace ?? _record.Pod.GracePeriod(), cancellationToken).ConfigureAwait(false);
                await _terminator.ReleaseAsync(_record, cancellationToken).ConfigureAwait(false);
                return (Phase.Stopped, TimeSpan.Zero);
            case Phase.Stopped when _record.IsGone || _record.Pod.IsDeleting():
                await _terminator.RemoveAsync(_record, cancellationToken).ConfigureAwait(false);
                return (Phase.Removed, null);
            default:
                return (phase, null);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Pod {Pod} could not be taken further while {Phase}, trying again")]
        public static partial void StepFailed(ILogger logger, ObjectKey pod, string phase, Exception exception);
    }
}
