using System.Net;
using Microsoft.Extensions.Options;

namespace Orch.ApiServer.Allocation;

/// <summary>Says what is wrong with the ranges, all at once.</summary>
internal sealed class ServiceAllocationOptionsValidator : IValidateOptions<ServiceAllocationOptions>
{
    public ValidateOptionsResult Validate(string? name, ServiceAllocationOptions options)
    {
        var faults = new List<string>();
        if (options.ClusterIpRanges.Count is < 1 or > 2) { faults.Add("ClusterIpRanges: give one network, or one of each family"); }
        foreach (var range in options.ClusterIpRanges)
        {
            if (!IPNetwork.TryParse(range, out _)) { faults.Add($"ClusterIpRanges: \"{range}\" is no network; give one such as \"10.96.0.0/16\", its host bits zero"); }
        }

        if (faults.Count == 0 && options.ClusterIpRanges.Select(static range => IPNetwork.Parse(range).BaseAddress.AddressFamily).Distinct().Count() != options.ClusterIpRanges.Count)
        {
            faults.Add("ClusterIpRanges: two networks must be of different families");
        }

        if (options.FirstNodePort is < 1 or > 65_535 || options.LastNodePort is < 1 or > 65_535 || options.FirstNodePort > options.LastNodePort)
        {
            faults.Add($"FirstNodePort, LastNodePort: {options.FirstNodePort}-{options.LastNodePort} is no range of ports; give 1 <= first <= last <= 65535");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
