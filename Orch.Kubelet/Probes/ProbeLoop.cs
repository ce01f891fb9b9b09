using k8s.Models;
using Orch.Kubelet.Events;

namespace Orch.Kubelet.Probes;

/// <summary>Runs one probe of one running container, period by period, until it has said all that it can.</summary>
internal sealed class ProbeLoop : IDisposable
{
    private const int Retries = 3;
    private const int MaxOutput = 1000;
    private readonly ProbeKind _kind;
    private readonly V1Probe _probe;
    private readonly IProber _prober;
    private readonly IEvents _events;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();

    public ProbeLoop(ProbeKind kind, V1Probe probe, IProber prober, IEvents events, TimeProvider time)
    {
        (_kind, _probe, _prober, _events, _time) = (kind, probe, prober, events, time);
        Verdict = kind == ProbeKind.Liveness ? ProbeVerdict.Success : kind == ProbeKind.Readiness ? ProbeVerdict.Failure : ProbeVerdict.Unknown;
    }

    private bool _isDisposed;

    /// <summary>What holds now, thresholds applied.</summary>
    public ProbeVerdict Verdict { get; private set; }

    /// <summary>Takes over what an earlier process of the agent had found.</summary>
    public void Assume(ProbeVerdict verdict) => Verdict = verdict;

    public void Start(HandlerTarget target, DateTimeOffset startedAt, Func<bool> hasStarted, Action onChanged)
    {
        var stop = _stop.Token;
        _ = Task.Run(() => RunAsync(target, startedAt, hasStarted, onChanged, stop), CancellationToken.None);
    }

    /// <summary>Stops it; may be called again.</summary>
    public void Dispose()
    {
        if (_isDisposed) { return; }
        _isDisposed = true;
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(HandlerTarget target, DateTimeOffset startedAt, Func<bool> hasStarted, Action onChanged, CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromSeconds(_probe.PeriodSeconds is > 0 and var seconds ? seconds : 10);
        var wait = startedAt + TimeSpan.FromSeconds(_probe.InitialDelaySeconds ?? 0) - _time.GetUtcNow();
        var (last, run) = (ProbeVerdict.Unknown, 0);
        try
        {
            if (wait > TimeSpan.Zero) { await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false); }
            for (; ; await Task.Delay(period, _time, cancellationToken).ConfigureAwait(false))
            {
                // The others wait for the startup probe.
                if (_kind != ProbeKind.Startup && !hasStarted()) { continue; }

                var outcome = await ProbeAsync(target, cancellationToken).ConfigureAwait(false);
                if (outcome.Verdict == ProbeVerdict.Unknown) { continue; }

                (last, run) = outcome.Verdict == last ? (last, run + 1) : (outcome.Verdict, 1);
                if (run < Threshold(last) || last == Verdict && _kind != ProbeKind.Startup) { continue; }

                Verdict = last;
                onChanged();
                // A container that has started need not be asked again; one that failed is going to be killed.
                if (_kind == ProbeKind.Startup || (_kind == ProbeKind.Liveness && last == ProbeVerdict.Failure)) { return; }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The container is gone, or the agent stops.
        }
    }

    private int Threshold(ProbeVerdict verdict)
        => verdict == ProbeVerdict.Failure ? Math.Max(1, _probe.FailureThreshold ?? 3) : Math.Max(1, _probe.SuccessThreshold ?? 1);

    private async Task<ProbeOutcome> ProbeAsync(HandlerTarget target, CancellationToken cancellationToken)
    {
        var outcome = ProbeOutcome.Unknown(string.Empty);
        for (var i = 0; i < Retries && outcome.Verdict == ProbeVerdict.Unknown; i++)
        {
            outcome = await _prober.ProbeAsync(target, _probe, cancellationToken).ConfigureAwait(false);
        }

        if (outcome.Verdict != ProbeVerdict.Success && !cancellationToken.IsCancellationRequested)
        {
            var output = outcome.Output.Length > MaxOutput ? outcome.Output[..MaxOutput] : outcome.Output;
            _events.Warning(
                target.Pod,
                "Unhealthy",
                outcome.Verdict == ProbeVerdict.Failure ? $"{_kind} probe failed: {output}" : $"{_kind} probe errored and resulted in unknown state: {output}",
                target.Container.Name);
        }

        return outcome;
    }
}
