using System.Globalization;
using Orch.ApiServer.Resources;

namespace Orch.ApiServer.Allocation;

/// <summary>What one write of a service took, and what it gives back when it happens.</summary>
internal sealed class ServiceHold(ClaimStore claims, IReadOnlyList<AddressPool> addressPools, PortPool portPool) : IWriteHold
{
    private readonly List<string> _tookAddresses = [];
    private readonly List<int> _tookPorts = [];
    private readonly List<string> _oldAddresses = [];
    private readonly List<int> _oldPorts = [];

    /// <summary>An address was claimed.</summary>
    public void Took(string address) => _tookAddresses.Add(address);

    /// <summary>A port was claimed.</summary>
    public void Took(int port) => _tookPorts.Add(port);

    /// <summary>What the service no longer has once the write has happened.</summary>
    public void ReleaseOnCommit(IEnumerable<string> addresses, IEnumerable<int> ports)
    {
        _oldAddresses.AddRange(addresses);
        _oldPorts.AddRange(ports);
    }

    /// <inheritdoc />
    public void Complete(bool committed)
    {
        if (committed) { GiveBack(_oldAddresses, _oldPorts); }
        else { GiveBack(_tookAddresses, _tookPorts); }
    }

    private void GiveBack(List<string> addresses, List<int> ports)
    {
        // The claims go before the pools forget, so that nobody here picks a number whose claim is still there.
        claims.Release(
        [
            .. addresses.Select(static address => ClaimStore.Addresses + address),
            .. ports.Select(static port => ClaimStore.Ports + port.ToString(CultureInfo.InvariantCulture)),
        ]);
        foreach (var address in addresses)
        {
            foreach (var pool in addressPools) { pool.Forget(address); }
        }

        foreach (var port in ports) { portPool.Forget(port); }
    }
}
