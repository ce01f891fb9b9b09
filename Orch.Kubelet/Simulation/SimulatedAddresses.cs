using System.Net;
using System.Net.Sockets;

namespace Orch.Kubelet.Simulation;

/// <summary>Addresses for pods and nodes that no packet will ever reach.</summary>
internal sealed class SimulatedAddresses
{
    private const uint FirstPod = (10u << 24) | (128u << 16);
    private const uint FirstNode = (172u << 24) | (30u << 16);
    private uint _last = FirstPod;

    /// <summary>An address of 10.128.0.0/9 that was not given out before.</summary>
    public string NextPod() => Text(Interlocked.Increment(ref _last));

    /// <summary>Notes an address of an earlier run, so that it is not given out again.</summary>
    public void Reserve(string? address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetwork) { return; }
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes());
        if (value >> 23 == FirstPod >> 23 && value > _last) { _last = value; }
    }

    public static string Node(int index) => Text(FirstNode + (uint)index + 1);

    private static string Text(uint address) => FormattableString.Invariant($"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
}
