using System.Buffers.Binary;
using Orch.Networking.Dns.Wire;

namespace Orch.Networking.Dns.Forwarding;

/// <summary>Resolvers' answers, as long as they say; the longest unused goes when full.</summary>
internal sealed class ReplyCache(int capacity, TimeProvider time)
{
    private const uint LongestTtl = 3600;
    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = new();

    public int Count
    {
        get { lock (_gate) { return _entries.Count; } }
    }

    /// <summary>The answer with the lifetimes that are left; null when there is none.</summary>
    public DnsReply? Find(CacheKey key)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node)) { return null; }
            _order.Remove(node);
            if (node.Value.Expires <= time.GetTimestamp())
            {
                _entries.Remove(key);
                return null;
            }

            _order.AddFirst(node);
            entry = node.Value;
        }

        var age = (uint)time.GetElapsedTime(entry.Stored).TotalSeconds;
        return age == 0 ? entry.Reply : entry.Reply with
        {
            Answers = Aged(entry.Reply.Answers, age),
            Authority = Aged(entry.Reply.Authority, age),
            Additional = Aged(entry.Reply.Additional, age),
        };
    }

    public void Add(CacheKey key, DnsReply reply)
    {
        var seconds = Lifetime(reply);
        if (seconds == 0 || capacity == 0) { return; }
        var now = time.GetTimestamp();
        lock (_gate)
        {
            if (_entries.Remove(key, out var old)) { _order.Remove(old); }
            _entries[key] = _order.AddFirst(new Entry(key, reply, now, now + (seconds * time.TimestampFrequency)));
            if (_entries.Count <= capacity) { return; }
            _entries.Remove(_order.Last!.Value.Key);
            _order.RemoveLast();
        }
    }

    /// <summary>Seconds; for absence that of the zone's SOA (RFC 2308), without one none.</summary>
    private static uint Lifetime(DnsReply reply)
    {
        if (reply.IsTruncated || reply.Code is not (DnsCode.Ok or DnsCode.NoSuchName)) { return 0; }
        var shortest = LongestTtl;
        foreach (var record in reply.Answers) { shortest = Math.Min(shortest, record.Ttl); }
        if (reply.Code == DnsCode.Ok && reply.Answers.Any(static record => record.Type != DnsType.Cname)) { return shortest; }
        return reply.Authority.FirstOrDefault(static record => record.Type == DnsType.Soa) is { Data.Length: >= 22 } soa
            ? Math.Min(shortest, Math.Min(soa.Ttl, BinaryPrimitives.ReadUInt32BigEndian(soa.Data.AsSpan(^4..))))
            : 0;
    }

    private static DnsRecord[] Aged(IReadOnlyList<DnsRecord> records, uint age)
        => [.. records.Select(record => record with { Ttl = record.Ttl > age ? record.Ttl - age : 0 })];

    private sealed record Entry(CacheKey Key, DnsReply Reply, long Stored, long Expires);
}

/// <summary>What an answer depends on.</summary>
internal readonly record struct CacheKey(string Name, DnsType Type, bool DnssecOk);
