using System.Net;
using System.Net.Sockets;
using k8s.Models;

namespace Orch.Controllers.ServiceCidrs;

/// <summary>One range of a ServiceCIDR.</summary>
internal readonly record struct ServiceNetwork(IPNetwork Network)
{
    /// <summary>Those of an object; the server has checked them.</summary>
    public static IEnumerable<ServiceNetwork> AllOf(V1ServiceCIDR cidr)
    {
        foreach (var text in cidr.Spec?.Cidrs ?? [])
        {
            if (IPNetwork.TryParse(text, out var network)) { yield return new ServiceNetwork(network); }
        }
    }

    /// <summary>Whether a service may have an address of it: not the network's own, nor the broadcast address.</summary>
    public bool Contains(IPAddress address)
        => Network.Contains(address) && !address.Equals(Network.BaseAddress) && (address.AddressFamily == AddressFamily.InterNetworkV6 || !IsLast(address));

    /// <summary>Whether all of another range is in it.</summary>
    public bool Contains(ServiceNetwork other) => Network.PrefixLength <= other.Network.PrefixLength && Network.Contains(other.Network.BaseAddress);

    /// <summary>Whether they have addresses in common.</summary>
    public bool Overlaps(ServiceNetwork other) => Contains(other) || other.Contains(this);

    private bool IsLast(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        var number = (uint)((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]);
        var hosts = (uint)((1UL << (32 - Network.PrefixLength)) - 1);
        return (number & hosts) == hosts;
    }
}
