using k8s.Models;
using Orch.ApiServer.Caching;

namespace Orch.ApiServer.Allocation;

/// <summary>What the cluster's objects say of the addresses of services.</summary>
internal interface IServiceCidrs
{
    /// <summary>All ServiceCIDRs, another tree once one changed.</summary>
    ObjectTree All { get; }

    /// <summary>The object of an address, or null.</summary>
    V1IPAddress? Find(string address);
}
