using System.Net;
using Microsoft.Extensions.Options;

namespace Orch.Controllers;

internal sealed class ControllersOptionsValidator : IValidateOptions<ControllersOptions>
{
    public ValidateOptionsResult Validate(string? name, ControllersOptions options)
    {
        var faults = new List<string>();
        foreach (var controller in options.Controllers.Where(static one => one != "*"))
        {
            if (!ControllerNames.All.Contains(controller.TrimStart('-'))) { faults.Add($"Controllers: \"{controller}\" is not a controller; known are *, {string.Join(", ", ControllerNames.All)}, each also with a leading -"); }
        }

        foreach (var (controller, workers) in options.Workers)
        {
            if (workers < 1) { faults.Add($"Workers:{controller}: {workers} must be at least 1"); }
        }

        foreach (var cidr in options.ClusterCidrs)
        {
            if (!IPNetwork.TryParse(cidr, out _)) { faults.Add($"ClusterCidrs: \"{cidr}\" is not a range such as 10.244.0.0/16"); }
        }

        if (options.ResyncPeriod <= TimeSpan.Zero) { faults.Add("ResyncPeriod must be positive, or absent for never"); }
        if (options.NodeCidrMaskSizeIPv4 is < 8 or > 30) { faults.Add($"NodeCidrMaskSizeIPv4: {options.NodeCidrMaskSizeIPv4} must be 8 to 30"); }
        if (options.NodeCidrMaskSizeIPv6 is < 16 or > 126) { faults.Add($"NodeCidrMaskSizeIPv6: {options.NodeCidrMaskSizeIPv6} must be 16 to 126"); }
        if (options.MaxEndpointsPerSlice is < 1 or > 1000) { faults.Add($"MaxEndpointsPerSlice: {options.MaxEndpointsPerSlice} must be 1 to 1000"); }
        if (options.ClusterSigningDuration < TimeSpan.FromMinutes(10)) { faults.Add("ClusterSigningDuration must be at least ten minutes"); }
        if (options.ClusterSigningCertificate is null != options.ClusterSigningKey is null) { faults.Add("ClusterSigningCertificate and ClusterSigningKey go together"); }
        var node = options.NodeLifecycle;
        if (node.MonitorGracePeriod <= TimeSpan.Zero) { faults.Add("Orch:Controllers:NodeLifecycle:MonitorGracePeriod must be positive"); }
        if (node.StartupGracePeriod <= TimeSpan.Zero) { faults.Add("Orch:Controllers:NodeLifecycle:StartupGracePeriod must be positive"); }
        if (node.EvictionRate < 0) { faults.Add("Orch:Controllers:NodeLifecycle:EvictionRate must not be negative"); }
        if (node.SecondaryEvictionRate < 0) { faults.Add("Orch:Controllers:NodeLifecycle:SecondaryEvictionRate must not be negative"); }
        if (node.UnhealthyZoneThreshold is < 0 or > 1) { faults.Add("Orch:Controllers:NodeLifecycle:UnhealthyZoneThreshold must be 0 to 1"); }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
