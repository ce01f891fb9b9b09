using System.Collections.Concurrent;

namespace Orch.ApiServer.Security;

/// <summary>Remembers answers for a while, and not too many.</summary>
/// <remarks>When it is full the ones that are over go, and if that is not enough, all: what is forgotten is asked again.</remarks>
internal sealed class ExpiringCache<TKey, TValue>(int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    /// <summary>How many are remembered.</summary>
    public int Count => _entries.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_entries.TryGetValue(key, out var entry) && time.GetUtcNow() < entry.Until)
        {
            value = entry.Value;
            return true;
        }

        value = default!;
        return false;
    }

    public void Set(TKey key, TValue value, TimeSpan lifetime)
    {
        if (lifetime <= TimeSpan.Zero) { return; }
        if (_entries.Count >= capacity) { MakeRoom(); }
        _entries[key] = new Entry(value, time.GetUtcNow() + lifetime);
    }

    private void MakeRoom()
    {
        var now = time.GetUtcNow();
        foreach (var (key, entry) in _entries)
        {
            if (entry.Until <= now) { _entries.TryRemove(key, out _); }
        }

        if (_entries.Count >= capacity) { _entries.Clear(); }
    }

    private sealed record Entry(TValue Value, DateTimeOffset Until);
}
