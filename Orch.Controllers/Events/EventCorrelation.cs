using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Events;

/// <summary>Finds repeats, sums up similar events and holds back a flood, with upstream's figures.</summary>
/// <remarks>Not thread-safe: one writer uses it. Memory is bounded by <c>MaxKnown</c>; the oldest entries go first.</remarks>
internal sealed class EventCorrelation(TimeProvider time)
{
    private const int MaxKnown = 4096;
    private const int MaxSimilar = 10;
    private const int Burst = 25;
    private static readonly TimeSpan SimilarWindow = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);
    private readonly OrderedDictionary<string, Known> _known = [];
    private readonly OrderedDictionary<string, Similar> _similar = [];
    private readonly OrderedDictionary<string, Bucket> _buckets = [];

    /// <summary>Null: the event is held back.</summary>
    public Decision? Correlate(Corev1Event entry)
    {
        var now = time.GetUtcNow();
        var involved = $"{entry.InvolvedObject.Kind}/{entry.InvolvedObject.NamespaceProperty}/{entry.InvolvedObject.Name}/{entry.InvolvedObject.Uid}";
        var group = $"{involved}/{entry.Type}/{entry.Reason}";
        var similar = Recent(group, now);
        similar.Last = now;
        if (similar.Messages.Count < MaxSimilar) { similar.Messages.Add(entry.Message); }
        var combined = similar.Messages.Count >= MaxSimilar;
        var message = combined ? $"(combined from similar events): {entry.Message}" : entry.Message;
        var id = combined ? group : $"{group}/{entry.Message}";

        if (!Take(involved, now)) { return null; }
        var known = _known.GetValueOrDefault(id) ?? new Known();
        known.Count++;
        _known.Remove(id);
        Put(_known, id, known);
        return new Decision(id, message, known.Count, known.Key);
    }

    /// <summary>Notes under which name an event now exists.</summary>
    public void Written(string id, ObjectKey key)
    {
        if (_known.TryGetValue(id, out var known)) { (known.Key, known.Count) = (key, 1); }
    }

    private Similar Recent(string group, DateTimeOffset now)
    {
        var similar = _similar.GetValueOrDefault(group);
        if (similar is null || now - similar.Last > SimilarWindow) { similar = new Similar(); }
        _similar.Remove(group);
        Put(_similar, group, similar);
        return similar;
    }

    private bool Take(string involved, DateTimeOffset now)
    {
        var bucket = _buckets.GetValueOrDefault(involved) ?? new Bucket { Tokens = Burst, At = now };
        bucket.Tokens = Math.Min(Burst, bucket.Tokens + ((now - bucket.At) / Refill));
        bucket.At = now;
        _buckets.Remove(involved);
        Put(_buckets, involved, bucket);
        if (bucket.Tokens < 1) { return false; }
        bucket.Tokens--;
        return true;
    }

    private static void Put<T>(OrderedDictionary<string, T> map, string key, T value)
    {
        if (map.Count >= MaxKnown) { map.RemoveAt(0); }
        map[key] = value;
    }

    /// <summary>What to write.</summary>
    /// <param name="Existing">The event to count up; null to create one.</param>
    internal sealed record Decision(string Id, string Message, int Count, ObjectKey? Existing);

    private sealed class Known
    {
        public ObjectKey? Key { get; set; }

        public int Count { get; set; }
    }

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = [];

        public DateTimeOffset Last { get; set; }
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public DateTimeOffset At { get; set; }
    }
}
