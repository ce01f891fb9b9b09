using System.Buffers.Binary;

namespace Orch.Networking.Dns.Wire;

/// <summary>A question as a client sent it.</summary>
/// <param name="Id">Repeated in the answer.</param>
/// <param name="Name">As <see cref="DnsName"/> writes names.</param>
/// <param name="Question">Name, type and class as sent, for the answer to repeat letter by letter.</param>
internal sealed record DnsQuery(ushort Id, string Name, DnsType Type, ReadOnlyMemory<byte> Question)
{
    public const int HeaderSize = 12;
    private const ushort ClassIn = 1;

    /// <summary>The client wants names resolved elsewhere.</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>The client spoke EDNS, and is answered so.</summary>
    public bool HasEdns { get; init; }

    /// <summary>The client asks for signatures.</summary>
    public bool DnssecOk { get; init; }

    /// <summary>What the client takes over UDP, in bytes; at least 512.</summary>
    public int UdpSize { get; init; } = 512;

    /// <summary>Why it cannot be answered; else <see cref="DnsCode.Ok"/>.</summary>
    public DnsCode Fault { get; init; }

    /// <summary>Reads a question; null for what deserves no answer: an answer, or too little to answer to.</summary>
    public static DnsQuery? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderSize || (message[2] & 0x80) != 0) { return null; }
        var empty = new DnsQuery(BinaryPrimitives.ReadUInt16BigEndian(message), string.Empty, 0, default) { RecursionDesired = (message[2] & 1) != 0 };
        if ((message[2] & 0x78) != 0) { return empty with { Fault = DnsCode.NotImplemented }; }
        var offset = HeaderSize;
        var encoded = new List<byte>();
        // A question has nothing before it that a pointer could mean.
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || !DnsName.TryRead(message, ref offset, out var name, encoded)
            || offset != HeaderSize + encoded.Count || offset + 4 > message.Length)
        {
            return empty with { Fault = DnsCode.FormatError };
        }

        var query = empty with
        {
            Name = name,
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]),
            Question = message[HeaderSize..(offset + 4)].ToArray(),
        };
        var inClass = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 2)..]) == ClassIn;
        offset += 4;
        var others = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        query = others > 0 ? query with { Fault = DnsCode.FormatError } : query.WithEdns(message, offset);
        return query.Fault == DnsCode.Ok && (!inClass || query.Type is DnsType.Opt or DnsType.Axfr or DnsType.Ixfr) ? query with { Fault = DnsCode.Refused } : query;
    }

    private DnsQuery WithEdns(ReadOnlySpan<byte> message, int offset)
    {
        var query = this;
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[10..]); left > 0; left--)
        {
            if (!DnsName.TryRead(message, ref offset, out _) || offset + 10 > message.Length) { return query with { Fault = DnsCode.FormatError }; }
            var fields = message[offset..];
            offset += 10 + BinaryPrimitives.ReadUInt16BigEndian(fields[8..]);
            if (offset > message.Length) { return query with { Fault = DnsCode.FormatError }; }
            if ((DnsType)BinaryPrimitives.ReadUInt16BigEndian(fields) != DnsType.Opt) { continue; }
            if (query.HasEdns) { return query with { Fault = DnsCode.FormatError }; }
            query = query with
            {
                HasEdns = true,
                UdpSize = Math.Max((ushort)512, BinaryPrimitives.ReadUInt16BigEndian(fields[2..])),
                DnssecOk = (fields[6] & 0x80) != 0,
                Fault = fields[5] == 0 ? DnsCode.Ok : DnsCode.BadVersion,
            };
        }

        return query;
    }
}
