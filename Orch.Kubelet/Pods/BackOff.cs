namespace Orch.Kubelet.Pods;

/// <summary>Delays that double with each failure of a key, and start over when it did well for long.</summary>
/// <remarks>The rules of client-go's <c>flowcontrol.Backoff</c>: a key is forgotten after twice the longest delay.</remarks>
internal sealed class BackOff(TimeSpan initial, TimeSpan longest, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>How long from now a key must wait, given when it last failed; zero if it may go on.</summary>
    public TimeSpan Remaining(string key, DateTimeOffset failedAt)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) { return TimeSpan.Zero; }
            var now = time.GetUtcNow();
            if (now - entry.UpdatedAt > 2 * longest) { return TimeSpan.Zero; }
            var due = failedAt + entry.Delay;
            return due > now ? due - now : TimeSpan.Zero;
        }
    }

    /// <summary>How long from now a key must wait since it was last counted; zero if it may go on.</summary>
    public TimeSpan Remaining(string key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) { return TimeSpan.Zero; }
            var due = entry.UpdatedAt + entry.Delay;
            var now = time.GetUtcNow();
            return due > now ? due - now : TimeSpan.Zero;
        }
    }

    /// <summary>The present delay of a key; zero if it has none.</summary>
    public TimeSpan Delay(string key)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(key, out var entry) ? entry.Delay : TimeSpan.Zero;
        }
    }

    /// <summary>Counts an attempt after a failure at a time: the next delay is twice as long, or starts over.</summary>
    public void Next(string key, DateTimeOffset failedAt)
    {
        lock (_gate)
        {
            var delay = !_entries.TryGetValue(key, out var entry) || failedAt - entry.UpdatedAt > 2 * longest
                ? initial
                : TimeSpan.FromTicks(Math.Min(entry.Delay.Ticks * 2, longest.Ticks));
            _entries[key] = new Entry(delay < longest ? delay : longest, time.GetUtcNow());
        }
    }

    /// <summary>Forgets every key that begins with a prefix.</summary>
    public void ForgetAll(string prefix)
    {
        lock (_gate)
        {
            foreach (var key in _entries.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal)).ToList())
            {
                _entries.Remove(key);
            }
        }
    }

    private readonly record struct Entry(TimeSpan Delay, DateTimeOffset UpdatedAt);
}
