using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Orch.Controllers.Nodes;

/// <summary>Cuts a range of addresses into equal parts and hands them out, lowest free first after the last one given.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class CidrPool
{
    private readonly HashSet<int> _used = [];
    private readonly IPNetwork _range;
    private readonly int _prefixLength;
    private int _next;

    /// <param name="range">Such as 10.244.0.0/16.</param>
    /// <param name="prefixLength">Of each part; at most 16 bits longer than the range's.</param>
    public CidrPool(IPNetwork range, int prefixLength)
    {
        if (prefixLength < range.PrefixLength || prefixLength - range.PrefixLength > 16)
        {
            throw new ArgumentException($"a node's prefix length must be {range.PrefixLength} to {range.PrefixLength + 16} in {range}, not {prefixLength}");
        }

        (_range, _prefixLength) = (range, prefixLength);
        Count = 1 << (prefixLength - range.PrefixLength);
    }

    public int Count { get; }

    public AddressFamily Family => _range.BaseAddress.AddressFamily;

    /// <summary>Null when none is free.</summary>
    public IPNetwork? Take()
    {
        if (_used.Count == Count) { return null; }
        while (!_used.Add(_next)) { _next = (_next + 1) % Count; }
        var taken = At(_next);
        _next = (_next + 1) % Count;
        return taken;
    }

    /// <summary>Marks what a node has already; false when another has it, or it is not of this range.</summary>
    public bool Occupy(IPNetwork part) => IndexOf(part) is { } index && _used.Add(index);

    public void Release(IPNetwork part)
    {
        if (IndexOf(part) is { } index) { _used.Remove(index); }
    }

    private int? IndexOf(IPNetwork part)
    {
        if (part.BaseAddress.AddressFamily != Family || part.PrefixLength != _prefixLength || !_range.Contains(part.BaseAddress)) { return null; }
        return (int)((ToNumber(part.BaseAddress) - ToNumber(_range.BaseAddress)) >> (Bits - _prefixLength));
    }

    private int Bits => Family == AddressFamily.InterNetworkV6 ? 128 : 32;

    private IPNetwork At(int index)
    {
        var number = ToNumber(_range.BaseAddress) + (new BigInteger(index) << (Bits - _prefixLength));
        var bytes = new byte[Bits / 8];
        var raw = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        raw.CopyTo(bytes, bytes.Length - raw.Length);
        return new IPNetwork(new IPAddress(bytes), _prefixLength);
    }

    private static BigInteger ToNumber(IPAddress address) => new(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
}
