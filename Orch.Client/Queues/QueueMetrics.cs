using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orch.Client.Queues;

/// <summary>What a queue measures, under upstream's names.</summary>
internal sealed class QueueMetrics(string name)
{
    private static readonly Meter Meter = new(ClientMeters.Name);
    private static readonly UpDownCounter<long> DepthCounter = Meter.CreateUpDownCounter<long>("workqueue_depth", description: "Keys that wait.");
    private static readonly Counter<long> AddsCounter = Meter.CreateCounter<long>("workqueue_adds_total", description: "Keys added.");
    private static readonly Counter<long> RetriesCounter = Meter.CreateCounter<long>("workqueue_retries_total", description: "Keys added again after a failure.");
    private static readonly Histogram<double> WaitHistogram = Meter.CreateHistogram<double>("workqueue_queue_duration_seconds", "s", "From being added to being taken.");
    private static readonly Histogram<double> WorkHistogram = Meter.CreateHistogram<double>("workqueue_work_duration_seconds", "s", "From being taken to being done.");

    private readonly TagList _tags = new() { { "name", name } };

    public void Added() => AddsCounter.Add(1, _tags);

    public void DepthChanged(int by) => DepthCounter.Add(by, _tags);

    public void Retried() => RetriesCounter.Add(1, _tags);

    public void Waited(TimeSpan elapsed) => WaitHistogram.Record(elapsed.TotalSeconds, _tags);

    public void Worked(TimeSpan elapsed) => WorkHistogram.Record(elapsed.TotalSeconds, _tags);
}
