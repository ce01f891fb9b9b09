using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orch.Scheduling.Framework;

/// <summary>What the scheduler measures; names as kube-scheduler's, so that dashboards fit.</summary>
internal sealed class SchedulerMetrics : IDisposable
{
    public const string MeterName = "Orch.Scheduling";
    private readonly Meter _meter;
    private readonly Histogram<double> _extensionPoint;
    private readonly Counter<long> _attempts;
    private readonly Histogram<double> _attemptDuration;

    public SchedulerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _extensionPoint = _meter.CreateHistogram<double>("scheduler_framework_extension_point_duration_seconds", "s");
        _attempts = _meter.CreateCounter<long>("scheduler_schedule_attempts_total");
        _attemptDuration = _meter.CreateHistogram<double>("scheduler_scheduling_attempt_duration_seconds", "s");
    }

    /// <summary>Reports the pending pods whenever someone measures.</summary>
    public void ObservePending(Func<(int Active, int Backoff, int Parked)> counts)
        => _meter.CreateObservableGauge("scheduler_pending_pods", () =>
        {
            var (active, backoff, parked) = counts();
            return (IEnumerable<Measurement<int>>)
            [
                new Measurement<int>(active, new KeyValuePair<string, object?>("queue", "active")),
                new Measurement<int>(backoff, new KeyValuePair<string, object?>("queue", "backoff")),
                new Measurement<int>(parked, new KeyValuePair<string, object?>("queue", "unschedulable")),
            ];
        });

    public void Attempted(string result, string profile, TimeSpan duration)
    {
        var tags = new TagList { { "result", result }, { "profile", profile } };
        _attempts.Add(1, tags);
        _attemptDuration.Record(duration.TotalSeconds, tags);
    }

    public Timing Time(string extensionPoint, string profile)
        => new(_extensionPoint.Enabled ? _extensionPoint : null, extensionPoint, profile);

    public void Dispose() => _meter.Dispose();

    /// <summary>Measures until disposed; costs nothing while nobody listens.</summary>
    public readonly struct Timing(Histogram<double>? histogram, string extensionPoint, string profile) : IDisposable
    {
        private readonly long _start = histogram is null ? 0 : Stopwatch.GetTimestamp();

        public void Dispose()
            => histogram?.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds,
                new TagList { { "extension_point", extensionPoint }, { "profile", profile } });
    }
}
