using System.Net;

namespace Orch.Networking.Pods;

/// <summary>The addresses of a node's range; not thread-safe.</summary>
/// <remarks>The network, the gateway (first) and the broadcast address are never given out. A freed address comes up again last.</remarks>
internal sealed class AddressPool
{
    private readonly uint _first;
    private readonly uint _count;
    private readonly HashSet<uint> _taken = [];
    private uint _next;

    public AddressPool(string cidr)
    {
        Cidr = cidr;
        Network = IPNetwork.Parse(cidr);
        var size = 1u << (32 - Network.PrefixLength);
        _first = ToNumber(Network.BaseAddress) + 2;
        _count = size - 3;
        Gateway = ToAddress(_first - 1);
    }

    public string Cidr { get; }

    public IPNetwork Network { get; }

    public IPAddress Gateway { get; }

    /// <summary>Takes a certain address; false when it is taken or of another range.</summary>
    public bool Take(IPAddress address) => Network.Contains(address) && _taken.Add(ToNumber(address));

    /// <summary>Takes the next free address.</summary>
    /// <exception cref="InvalidOperationException">None is left.</exception>
    public IPAddress Take()
    {
        for (uint tried = 0; tried < _count; tried++)
        {
            var candidate = _first + _next;
            _next = (_next + 1) % _count;
            if (_taken.Add(candidate)) { return ToAddress(candidate); }
        }

        throw new InvalidOperationException($"No address is left in the node's pod range {Cidr}: {_taken.Count} pods have one. Delete pods, or give nodes wider ranges.");
    }

    public void Free(IPAddress address) => _taken.Remove(ToNumber(address));

    private static uint ToNumber(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress ToAddress(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
