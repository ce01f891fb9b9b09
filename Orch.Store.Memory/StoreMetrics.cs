using System.Diagnostics.Metrics;

namespace Orch.Store.Memory;

/// <summary>What the store measures of itself.</summary>
internal sealed class StoreMetrics : IDisposable
{
    public const string MeterName = "Orch.Store.Memory";

    private static readonly KeyValuePair<string, object?> Committed = new("result", "committed"), Conflicted = new("result", "conflict");
    private readonly Meter _meter;
    private readonly Counter<long> _commits;
    private readonly Histogram<double> _syncs;
    private readonly Histogram<int> _groups;

    public StoreMetrics(IMeterFactory? factory, StoreState state)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _commits = _meter.CreateCounter<long>("orch_store_commits_total", null, "Commits, by how they ended.");
        _syncs = _meter.CreateHistogram(
            "orch_store_sync_duration_seconds", "s", "Time to write a group of commits and put it on disk.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5] });
        _groups = _meter.CreateHistogram(
            "orch_store_sync_commits", null, "Commits that shared one sync.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });
        _meter.CreateObservableGauge("orch_store_revision", () => state.Published, null, "The newest revision.");
        _meter.CreateObservableGauge("orch_store_compacted_revision", () => state.Compacted, null, "The oldest revision that can be read.");
        _meter.CreateObservableGauge("orch_store_history_bytes", () => Under(state, state => state.HistoryBytes), "By", "Keys and values in the history.");
        _meter.CreateObservableGauge("orch_store_watches", () => Under(state, state => state.Watchers), null, "Watches now.");
    }

    public void Ended(bool isCommitted) => _commits.Add(1, isCommitted ? Committed : Conflicted);

    public void Synced(int commits, TimeSpan duration)
    {
        _groups.Record(commits);
        _syncs.Record(duration.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();

    private static long Under(StoreState state, Func<StoreState, long> read)
    {
        lock (state.Gate)
        {
            return read(state);
        }
    }
}
