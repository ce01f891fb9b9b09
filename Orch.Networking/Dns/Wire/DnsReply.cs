using System.Buffers.Binary;

namespace Orch.Networking.Dns.Wire;

/// <summary>What a question is answered with.</summary>
internal sealed record DnsReply(DnsCode Code)
{
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    public IReadOnlyList<DnsRecord> Authority { get; init; } = [];

    /// <summary>Left out where there is no room for it.</summary>
    public IReadOnlyList<DnsRecord> Additional { get; init; } = [];

    public bool IsAuthoritative { get; init; }

    /// <summary>A resolver has verified it.</summary>
    public bool IsAuthentic { get; init; }

    public bool IsTruncated { get; init; }

    /// <summary>Reads a resolver's answer to a question.</summary>
    /// <returns>Null for anything else, and for garbage.</returns>
    public static DnsReply? Read(ReadOnlySpan<byte> message, ushort id, string name, DnsType type)
    {
        var offset = DnsQuery.HeaderSize;
        if (message.Length < DnsQuery.HeaderSize || (message[2] & 0xF8) != 0x80 || BinaryPrimitives.ReadUInt16BigEndian(message) != id
            || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1
            || !DnsName.TryRead(message, ref offset, out var asked) || asked != name || offset + 4 > message.Length
            || (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]) != type || BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]) != 1)
        {
            return null;
        }

        offset += 4;
        var reply = new DnsReply((DnsCode)(message[3] & 0xF)) { IsTruncated = (message[2] & 2) != 0, IsAuthentic = (message[3] & 0x20) != 0 };
        if (reply.IsTruncated) { return reply; }
        return TryReadRecords(message, ref offset, 6, out var answers) && TryReadRecords(message, ref offset, 8, out var authority) && TryReadRecords(message, ref offset, 10, out var additional)
            ? reply with { Answers = answers, Authority = authority, Additional = additional }
            : null;
    }

    private static bool TryReadRecords(ReadOnlySpan<byte> message, ref int offset, int countAt, out List<DnsRecord> records)
    {
        records = [];
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[countAt..]); left > 0; left--)
        {
            if (!DnsName.TryRead(message, ref offset, out var name) || offset + 10 > message.Length) { return false; }
            var fields = message[offset..];
            var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(fields);
            var start = offset + 10;
            offset = start + BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
            if (offset > message.Length || !TryExpand(message[..offset], start, type, out var data)) { return false; }
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(fields[4..]);
            // RFC 2181: a lifetime with the highest bit is none.
            if (type != DnsType.Opt) { records.Add(new DnsRecord(name, type, ttl > int.MaxValue ? 0 : ttl, data)); }
        }

        return true;
    }

    /// <summary>Data with the pointers taken out of its names; only old types may have any (RFC 3597), and some servers use them in SRV.</summary>
    private static bool TryExpand(ReadOnlySpan<byte> message, int at, DnsType type, out byte[] data)
    {
        var (fixedSize, names) = type switch
        {
            DnsType.Ns or DnsType.Cname or DnsType.Ptr or DnsType.Dname => (0, 1),
            DnsType.Mx => (2, 1),
            DnsType.Srv => (6, 1),
            DnsType.Soa => (0, 2),
            _ => (0, 0),
        };
        data = [];
        if (at + fixedSize > message.Length) { return false; }
        var expanded = new List<byte>();
        expanded.AddRange(message.Slice(at, fixedSize));
        at += fixedSize;
        for (; names > 0; names--)
        {
            if (!DnsName.TryRead(message, ref at, out _, expanded)) { return false; }
        }

        expanded.AddRange(message[at..]);
        data = [.. expanded];
        return true;
    }
}
