using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orch.Networking.Dns.Wire;

/// <summary>One record of class IN.</summary>
/// <param name="Name">As <see cref="DnsName"/> writes names.</param>
/// <param name="Type">What the data is.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Data">As on the wire, names in it without pointers.</param>
internal sealed record DnsRecord(string Name, DnsType Type, uint Ttl, byte[] Data)
{
    public static DnsRecord Address(string name, uint ttl, IPAddress address)
        => new(name, address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa, ttl, address.GetAddressBytes());

    /// <summary>CNAME, PTR or NS.</summary>
    /// <exception cref="FormatException">The target is no name.</exception>
    public static DnsRecord Pointing(string name, DnsType type, uint ttl, string target) => new(name, type, ttl, Encode(target));

    public static DnsRecord Service(string name, uint ttl, (ushort Weight, ushort Port, string Target) service)
    {
        var target = Encode(service.Target);
        var data = new byte[6 + target.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), service.Weight);
        BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), service.Port);
        target.CopyTo(data, 6);
        return new(name, DnsType.Srv, ttl, data);
    }

    public static DnsRecord Text(string name, uint ttl, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new(name, DnsType.Txt, ttl, [(byte)bytes.Length, .. bytes]);
    }

    /// <summary>Of a zone whose absent names may be remembered as long as its records.</summary>
    public static DnsRecord Authority(string zone, uint ttl, (string Server, string Mailbox, uint Serial) authority)
    {
        var numbers = new byte[20];
        uint[] values = [authority.Serial, 7200, 1800, 86400, ttl];
        for (var i = 0; i < values.Length; i++) { BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(i * 4), values[i]); }
        return new(zone, DnsType.Soa, ttl, [.. Encode(authority.Server), .. Encode(authority.Mailbox), .. numbers]);
    }

    /// <summary>The name that a CNAME, PTR, NS or SRV points to; null for others.</summary>
    public string? Target()
    {
        var offset = Type switch { DnsType.Cname or DnsType.Ptr or DnsType.Ns => 0, DnsType.Srv => 6, _ => -1 };
        return offset >= 0 && DnsName.TryRead(Data, ref offset, out var name) ? name : null;
    }

    private static byte[] Encode(string name) => DnsName.TryEncode(name, out var encoded) ? encoded : throw new FormatException($"\"{name}\" is no domain name");
}
