using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Orch.ApiServer.Metrics;

/// <summary>Adds up what the meters of Orch in this process measure, and prints it in Prometheus' text form.</summary>
/// <remarks>Format: https://prometheus.io/docs/instrumenting/exposition_formats/</remarks>
internal sealed class PrometheusExporter : IDisposable
{
    private const string MeterPrefix = "Orch.";
    private const int MaxSeries = 10_000;
    private static readonly double[] DefaultBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, SeriesSet> _instruments = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="factory">Meters made by another factory are left out, so that several servers in a process stay apart; null takes all.</param>
    public PrometheusExporter(IMeterFactory? factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal)) { return; }
            if (factory is not null && instrument.Meter.Scope is not null && !ReferenceEquals(instrument.Meter.Scope, factory)) { return; }
            listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, static _ => new SeriesSet()));
        };
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.SetMeasurementEventCallback<float>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<byte>(static (instrument, value, tags, state) => Record(instrument, value, tags, state));
        _listener.Start();
    }

    /// <summary>All metrics now.</summary>
    public string Print()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, all) in _instruments.OrderBy(item => item.Key.Name, StringComparer.Ordinal))
        {
            var name = NameOf(instrument.Name);
            var isCounter = IsCounter(instrument);
            var isHistogram = IsHistogram(instrument);
            text.Append("# HELP ").Append(name).Append(' ').Append(instrument.Description).Append('\n');
            text.Append("# TYPE ").Append(name).Append(isHistogram ? " histogram\n" : isCounter ? " counter\n" : " gauge\n");
            foreach (var (tags, series) in all.All) { series.Print(text, name, LabelsOf(tags)); }
        }

        return text.ToString();
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var series = ((SeriesSet)state!).Find(tags, instrument);
        series.Add(value);
    }

    private static bool IsHistogram(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() == typeof(Histogram<>);

    private static bool IsCounter(Instrument instrument)
        => instrument.GetType().GetGenericTypeDefinition() is { } type && (type == typeof(Counter<>) || type == typeof(ObservableCounter<>));

    private static double[] BucketsOf(Instrument instrument)
        => instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } wanted } ? [.. wanted] : DefaultBuckets;

    private static string NameOf(string name)
    {
        var result = new StringBuilder(name.Length);
        foreach (var letter in name) { result.Append(char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':' ? letter : '_'); }
        return result.ToString();
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) { return string.Empty; }
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) { text.Append(','); }
            var shown = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
            text.Append(NameOf(key)).Append("=\"")
                .Append(shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return text.ToString();
    }

    /// <summary>The series of one instrument by their labels; found without making a text or a key.</summary>
    private sealed class SeriesSet : IEqualityComparer<KeyValuePair<string, object?>[]>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        private static readonly KeyValuePair<string, object?>[] Overflow = [new("overflow", "true")];
        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _series;
        private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _byTags;

        private int _made;

        public SeriesSet()
        {
            _series = new ConcurrentDictionary<KeyValuePair<string, object?>[], Series>(this);
            _byTags = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        }

        public IEnumerable<KeyValuePair<KeyValuePair<string, object?>[], Series>> All => _series;

        public Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, Instrument instrument)
        {
            if (_byTags.TryGetValue(tags, out var series)) { return series; }
            // Whatever its labels are made of, an instrument must not fill the memory: all that come too late are one.
            var key = Volatile.Read(ref _made) >= MaxSeries || Interlocked.Increment(ref _made) > MaxSeries ? Overflow : tags.ToArray();
            var type = instrument.GetType().GetGenericTypeDefinition();
            return _series.GetOrAdd(key, new Series(IsHistogram(instrument) ? BucketsOf(instrument) : null, instrument.IsObservable || type == typeof(Gauge<>)));
        }

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => x is not null && y is not null && Equals(x.AsSpan(), y);

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length) { return false; }
            for (var index = 0; index < other.Length; index++)
            {
                if (alternate[index].Key != other[index].Key || !Equals(alternate[index].Value, other[index].Value)) { return false; }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = default(HashCode);
            foreach (var tag in alternate) { hash.Add(tag.Value); }
            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }

    private sealed class Series(double[]? bounds, bool replaces)
    {
        private readonly long[] _buckets = new long[(bounds?.Length ?? 0) + 1];
        private readonly Lock _gate = new();
        private double _sum;
        private long _count;

        public void Add(double value)
        {
            lock (_gate)
            {
                _sum = replaces ? value : _sum + value;
                _count++;
                if (bounds is null) { return; }
                var index = Array.BinarySearch(bounds, value);
                _buckets[index < 0 ? ~index : index]++;
            }
        }

        public void Print(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (bounds is null) { Line(text, name, labels, _sum); return; }
                var sum = 0L;
                for (var index = 0; index <= bounds.Length; index++)
                {
                    sum += _buckets[index];
                    var limit = index == bounds.Length ? "+Inf" : bounds[index].ToString(CultureInfo.InvariantCulture);
                    Line(text, name + "_bucket", labels.Length == 0 ? $"le=\"{limit}\"" : $"{labels},le=\"{limit}\"", sum);
                }

                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) { text.Append('{').Append(labels).Append('}'); }
            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
