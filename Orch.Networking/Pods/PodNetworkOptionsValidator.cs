using System.Net;
using Microsoft.Extensions.Options;

namespace Orch.Networking.Pods;

/// <summary>Lists every fault of the pod network's options.</summary>
internal sealed class PodNetworkOptionsValidator : IValidateOptions<PodNetworkOptions>
{
    public ValidateOptionsResult Validate(string? name, PodNetworkOptions options)
    {
        var faults = new List<string>();
        if (options.Name.Length == 0 || !options.Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
        {
            faults.Add($"Orch:PodNetwork:Name \"{options.Name}\" must be lower case letters, digits and dashes.");
        }

        if (!IPNetwork.TryParse(options.ClusterCidr, out _)) { faults.Add($"Orch:PodNetwork:ClusterCidr \"{options.ClusterCidr}\" is no address range; give one such as \"10.244.0.0/16\"."); }
        if (options.Mtu is not 0 and (< 576 or > 65535)) { faults.Add($"Orch:PodNetwork:Mtu {options.Mtu} must be 576 to 65535, or 0 for the kernel's own."); }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
