using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orch.ApiServer.Serving;

/// <summary>What the server measures of itself.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Orch.ApiServer";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _longRunning;
    private readonly Counter<long> _rejected;

    public ServerMetrics(IMeterFactory? factory)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _duration = _meter.CreateHistogram("apiserver_request_duration_seconds", "s", "Time to answer, streams left out.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] });
        _longRunning = _meter.CreateUpDownCounter<long>("apiserver_longrunning_requests", null, "Watches and other streams now.");
        _rejected = _meter.CreateCounter<long>("apiserver_rejected_requests_total", null, "Requests refused for being too many at once.");
    }

    /// <summary>The meter, for parts that observe their own state.</summary>
    public Meter Meter => _meter;

    /// <summary>A request was answered.</summary>
    public void Answered(RequestLabels labels, int code, double seconds)
        => _duration.Record(seconds, new TagList { { "verb", labels.Verb }, { "group", labels.Group }, { "resource", labels.Resource }, { "subresource", labels.Subresource }, { "code", code } });

    /// <summary>A stream begins (1) or ends (-1).</summary>
    public void LongRunning(RequestLabels labels, int change) => _longRunning.Add(change, new TagList { { "verb", labels.Verb }, { "resource", labels.Resource } });

    /// <summary>A request was refused with 429.</summary>
    public void Rejected(string kind) => _rejected.Add(1, new KeyValuePair<string, object?>("request_kind", kind));

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
