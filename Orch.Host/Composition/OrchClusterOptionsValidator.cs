using System.Net;
using Microsoft.Extensions.Options;

namespace Orch.Host.Composition;

/// <summary>Lists every fault of the options by key, each with its fix.</summary>
internal sealed class OrchClusterOptionsValidator : IValidateOptions<OrchClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, OrchClusterOptions options)
    {
        var faults = new List<string>();
        Label(faults, "Name", options.Name);
        if (options.NodeName is { } node) { Label(faults, "NodeName", node.ToLowerInvariant()); }
        Address(faults, "BindAddress", options.BindAddress);
        if (options.AdvertiseAddress is { } advertise) { Address(faults, "AdvertiseAddress", advertise); }
        Port(faults, "Port", options.Port);
        Port(faults, "KubeletPort", options.KubeletPort);
        if (options.Port == options.KubeletPort && options.Port != 0)
        {
            faults.Add(Fault("KubeletPort", options.KubeletPort, "is the API server's port too; give the two different ports"));
        }

        var services = Range(faults, "ServiceCidr", options.ServiceCidr, 8, 24);
        var pods = Range(faults, "PodCidr", options.PodCidr, 8, 24);
        if (services is { } first && pods is { } second && (first.Contains(second.BaseAddress) || second.Contains(first.BaseAddress)))
        {
            faults.Add(Fault("PodCidr", options.PodCidr, $"overlaps Orch:ServiceCidr \"{options.ServiceCidr}\"; take ranges apart from each other"));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Label(List<string> faults, string key, string value)
    {
        var good = value.Length is > 0 and <= 63 && value[0] != '-' && value[^1] != '-'
            && value.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.');
        if (!good) { faults.Add(Fault(key, value, "must be 1 to 63 lower case letters, digits and dashes, such as \"orch-1\"")); }
    }

    private static void Address(List<string> faults, string key, string value)
    {
        if (!IPAddress.TryParse(value, out _)) { faults.Add(Fault(key, value, "is no IP address; give one such as \"192.0.2.10\"")); }
    }

    private static void Port(List<string> faults, string key, int value)
    {
        if (value is < 0 or > 65535) { faults.Add(Fault(key, value, "must be 1 to 65535, or 0 for a free port")); }
    }

    private static IPNetwork? Range(List<string> faults, string key, string value, int widest, int narrowest)
    {
        // TryParse clears host bits that are set; whoever wrote them meant something else.
        if (!IPNetwork.TryParse(value, out var network) || network.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork
            || !network.BaseAddress.Equals(IPAddress.Parse(value.Split('/')[0])))
        {
            faults.Add(Fault(key, value, "is no IPv4 range; give one such as \"10.96.0.0/16\", its host bits zero"));
            return null;
        }

        if (network.PrefixLength < widest || network.PrefixLength > narrowest)
        {
            faults.Add(Fault(key, value, $"must have a prefix of /{widest} to /{narrowest}"));
            return null;
        }

        return network;
    }

    private static string Fault(string key, object value, string fix) => $"{OrchClusterOptions.Section}:{key} \"{value}\" {fix}.";
}
