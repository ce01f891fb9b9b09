using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orch.ApiServer.Allocation;

/// <summary>The usable addresses of a network, counted from 0: all but the network's own and, for IPv4, the broadcast address.</summary>
internal sealed class AddressRange
{
    // More are never given out unasked, so that a wide network costs no more than this.
    private const int MaxIpv6 = 65_536;
    private const int MaxIpv4 = 1 << 24;
    private readonly IPNetwork _network;
    private readonly UInt128 _base;
    private readonly UInt128 _last;

    public AddressRange(string cidr)
    {
        _network = IPNetwork.Parse(cidr);
        Text = cidr;
        IsV6 = _network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        _base = ToNumber(_network.BaseAddress) + 1;
        var bits = (IsV6 ? 128 : 32) - _network.PrefixLength;
        var total = IsV6 ? (bits >= 16 ? MaxIpv6 : 1L << bits) : Math.Min((1L << bits) - 1, MaxIpv4);
        _last = _base - 1 + (((UInt128)1 << bits) - 1) - (IsV6 ? 0u : 1u);
        Size = (int)Math.Max(0, total - 1);
        StaticBand = BandOf(bits >= 31 ? long.MaxValue : 1L << bits, 16, 256, 16);
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    public bool IsV6 { get; }

    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public string Family => IsV6 ? "IPv6" : "IPv4";

    /// <summary>How many addresses can be given out to those who name none.</summary>
    public int Size { get; }

    /// <summary>How many of the lowest are left to those who name theirs.</summary>
    public int StaticBand { get; }

    /// <summary>The network's own address, which is never given out.</summary>
    public string BaseAddress => _network.BaseAddress.ToString();

    /// <summary>Between the limits, a share of the size; 0 when the range is no larger than the lower limit.</summary>
    /// <remarks>https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/#avoid-collisions</remarks>
    public static int BandOf(long size, int min, int max, int step) => size <= min ? 0 : (int)Math.Clamp(size / step, min, max);

    /// <summary>Whether an address may be had by who names it.</summary>
    public bool Contains(IPAddress address)
        => address.AddressFamily == _network.BaseAddress.AddressFamily && ToNumber(address) is var number && number >= _base && number <= _last;

    /// <summary>The place of an address in the range; false when it has none.</summary>
    public bool TryOffset(IPAddress address, out int offset)
    {
        offset = -1;
        if (address.AddressFamily != _network.BaseAddress.AddressFamily || !_network.Contains(address)) { return false; }
        var number = ToNumber(address);
        if (number < _base || number - _base >= (UInt128)Size) { return false; }
        offset = (int)(number - _base);
        return true;
    }

    /// <summary>The address at a place.</summary>
    public string AddressAt(int offset)
    {
        var number = _base + (UInt128)offset;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return new IPAddress(IsV6 ? bytes : bytes[12..]).ToString();
    }

    private static UInt128 ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        var length = address.AddressFamily == AddressFamily.InterNetworkV6 ? 16 : 4;
        address.TryWriteBytes(bytes[(16 - length)..], out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
