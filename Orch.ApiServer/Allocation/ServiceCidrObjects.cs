using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Registry;
using Orch.Resources;

namespace Orch.ApiServer.Allocation;

/// <summary>Reads ServiceCIDRs and IPAddresses in the watch cache.</summary>
internal sealed class ServiceCidrObjects(ServedResources resources) : IServiceCidrs
{
    private readonly ServedResource? _cidrs = resources.Find(typeof(V1ServiceCIDR));
    private readonly ServedResource? _addresses = resources.Find(typeof(V1IPAddress));

    public ObjectTree All => _cidrs?.Cache.Snapshot.Objects ?? ObjectTree.Empty;

    public V1IPAddress? Find(string address) => (V1IPAddress?)_addresses?.Cache.Snapshot.Objects.Find(_addresses.KeyOf(ObjectKey.Cluster(address)))?.Value;
}
