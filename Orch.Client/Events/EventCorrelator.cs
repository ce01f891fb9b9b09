namespace Orch.Client.Events;

/// <summary>Decides whether an occurrence is posted, and whether with others of its like; for one user at a time.</summary>
/// <remarks>The rules of client-go's correlator: a token bucket an object, and combining once too many messages differ.</remarks>
internal sealed class EventCorrelator(EventRecorderOptions options)
{
    private readonly LruCache<string, Bucket> _buckets = new(options.CacheSize);
    private readonly LruCache<(string, string, string), Similar> _similar = new(options.CacheSize);

    /// <summary>The message to post under, or null to drop.</summary>
    public string? Admit(Occurrence occurrence)
    {
        if (!TakeToken(occurrence)) { return null; }
        if (!_similar.TryGet(occurrence.SimilarKey, out var similar) || occurrence.Time - similar!.Last > options.SimilarWindow)
        {
            similar = new Similar();
            _similar.Set(occurrence.SimilarKey, similar);
        }

        similar.Last = occurrence.Time;
        if (similar.Messages.Contains(occurrence.Message)) { return occurrence.Message; }
        if (similar.Messages.Count < options.SimilarLimit)
        {
            similar.Messages.Add(occurrence.Message);
            return occurrence.Message;
        }

        return $"(combined from similar events): {occurrence.Message}";
    }

    /// <summary>Whether occurrences of this kind are being combined, so that they are one event whatever their message.</summary>
    public static bool IsCombined(string message) => message.StartsWith("(combined from similar events): ", StringComparison.Ordinal);

    private bool TakeToken(Occurrence occurrence)
    {
        var key = occurrence.SimilarKey.Item1;
        if (!_buckets.TryGet(key, out var bucket))
        {
            bucket = new Bucket { Tokens = options.Burst, Refilled = occurrence.Time };
            _buckets.Set(key, bucket);
        }

        bucket!.Tokens = Math.Min(options.Burst, bucket.Tokens + ((occurrence.Time - bucket.Refilled) / options.Refill));
        bucket.Refilled = occurrence.Time;
        if (bucket.Tokens < 1) { return false; }
        bucket.Tokens--;
        return true;
    }

    private sealed class Bucket
    {
        public double Tokens { get; set; }

        public DateTimeOffset Refilled { get; set; }
    }

    private sealed class Similar
    {
        public DateTimeOffset Last { get; set; }

        public HashSet<string> Messages { get; } = new(StringComparer.Ordinal);
    }
}
