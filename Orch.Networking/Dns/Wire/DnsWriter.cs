using System.Buffers.Binary;

namespace Orch.Networking.Dns.Wire;

/// <summary>Writes one message into a buffer, owners' names by pointers to where they stood before.</summary>
internal ref struct DnsWriter
{
    /// <summary>What this server takes over UDP: what passes unfragmented nearly everywhere.</summary>
    public const ushort UdpSize = 1232;
    private const int OptSize = 11;
    private const int MaxPointer = 0x3FFF;

    private readonly Span<byte> _buffer;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _places;
    private int _length;

    private DnsWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        _places = new Dictionary<string, int>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Writes an answer, shortened to the buffer and marked so.</summary>
    /// <param name="buffer">As long as the client takes, at least 512.</param>
    /// <returns>Its length.</returns>
    public static int Write(Span<byte> buffer, DnsQuery query, DnsReply reply)
    {
        var writer = new DnsWriter(query.HasEdns ? buffer[..^OptSize] : buffer);
        writer.Begin(query);
        int authority = 0, additional = 0;
        var complete = writer.TryAdd(reply.Answers, out var answers) && writer.TryAdd(reply.Authority, out authority);
        if (complete) { writer.TryAdd(reply.Additional, out additional); }
        var length = writer._length;
        if (query.HasEdns) { length += WriteOpt(buffer[length..], query.DnssecOk, (byte)((int)reply.Code >> 4)); }
        buffer[2] = (byte)(0x80 | (reply.IsAuthoritative ? 4 : 0) | (complete && !reply.IsTruncated ? 0 : 2) | (query.RecursionDesired ? 1 : 0));
        buffer[3] = (byte)(0x80 | (reply.IsAuthentic ? 0x20 : 0) | ((int)reply.Code & 0xF));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[8..], (ushort)authority);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)(additional + (query.HasEdns ? 1 : 0)));
        return length;
    }

    /// <summary>A question to a resolver.</summary>
    public static byte[] Question(ushort id, ReadOnlySpan<byte> question, bool dnssecOk)
    {
        var message = new byte[DnsQuery.HeaderSize + question.Length + OptSize];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = 1;
        message[5] = 1;
        message[11] = 1;
        question.CopyTo(message.AsSpan(DnsQuery.HeaderSize));
        WriteOpt(message.AsSpan(DnsQuery.HeaderSize + question.Length), dnssecOk, 0);
        return message;
    }

    private static int WriteOpt(Span<byte> buffer, bool dnssecOk, byte highCode)
    {
        buffer[..OptSize].Clear();
        buffer[2] = (byte)DnsType.Opt;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[3..], UdpSize);
        buffer[5] = highCode;
        buffer[7] = (byte)(dnssecOk ? 0x80 : 0);
        return OptSize;
    }

    private void Begin(DnsQuery query)
    {
        _buffer[..DnsQuery.HeaderSize].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, query.Id);
        _length = DnsQuery.HeaderSize;
        if (query.Question.IsEmpty) { return; }
        _buffer[5] = 1;
        query.Question.Span.CopyTo(_buffer[_length..]);
        var at = _length;
        foreach (var (start, _) in DnsName.Labels(query.Name))
        {
            // The question is as the client wrote it: its labels' sizes, not the text's, tell the places.
            _places[query.Name.AsSpan(start)] = at;
            at += _buffer[at] + 1;
        }

        _length += query.Question.Length;
    }

    private bool TryAdd(IReadOnlyList<DnsRecord> records, out int count)
    {
        for (count = 0; count < records.Count && count < ushort.MaxValue; count++)
        {
            var before = _length;
            if (TryAdd(records[count])) { continue; }
            _length = before;
            return false;
        }

        return true;
    }

    private bool TryAdd(DnsRecord record)
    {
        if (!TryAddName(record.Name) || _length + 10 + record.Data.Length > _buffer.Length) { return false; }
        var fields = _buffer[_length..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)record.Type);
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(fields[4..], record.Ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fields[8..], (ushort)record.Data.Length);
        record.Data.CopyTo(fields[10..]);
        _length += 10 + record.Data.Length;
        return true;
    }

    private bool TryAddName(string name)
    {
        var label = new List<byte>(64);
        foreach (var (start, end) in DnsName.Labels(name))
        {
            if (_places.TryGetValue(name.AsSpan(start), out var place))
            {
                if (_length + 2 > _buffer.Length) { return false; }
                BinaryPrimitives.WriteUInt16BigEndian(_buffer[_length..], (ushort)(0xC000 | place));
                _length += 2;
                return true;
            }

            label.Clear();
            if (!DnsName.TryAppendLabel(label, name.AsSpan(start, end - start)) || _length + label.Count > _buffer.Length) { return false; }
            if (_length <= MaxPointer) { _places[name.AsSpan(start)] = _length; }
            foreach (var letter in label) { _buffer[_length++] = letter; }
        }

        if (_length + 1 > _buffer.Length) { return false; }
        _buffer[_length++] = 0;
        return true;
    }
}
