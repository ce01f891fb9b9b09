using Microsoft.Extensions.Options;
using Orch.Resources;

namespace Orch.Kubelet;

/// <summary>Lists every fault of the options.</summary>
internal sealed class KubeletOptionsValidator : IValidateOptions<KubeletOptions>
{
    public ValidateOptionsResult Validate(string? name, KubeletOptions options)
    {
        var faults = new List<string>();
        void Require(bool holds, string path, string want)
        {
            if (!holds) { faults.Add($"Orch:Kubelet:{path}: {want}"); }
        }

        Require(IsName(options.NodeName), nameof(options.NodeName), $"'{options.NodeName}' must consist of lower case alphanumeric characters, '-' or '.', and start and end with an alphanumeric character");
        Require(Path.IsPathRooted(options.RootDirectory), nameof(options.RootDirectory), "must be an absolute path");
        Require(options.MaxPods > 0, nameof(options.MaxPods), "must be greater than 0");
        Require(options.Port is >= 0 and <= 65535, nameof(options.Port), "must be between 0 and 65535");
        Require(options.RelistPeriod > TimeSpan.Zero, nameof(options.RelistPeriod), "must be greater than 0");
        Require(options.SyncPeriod > TimeSpan.Zero, nameof(options.SyncPeriod), "must be greater than 0");
        Require(options.LeaseRenewPeriod > TimeSpan.Zero, nameof(options.LeaseRenewPeriod), "must be greater than 0");
        Require(options.LeaseDuration > options.LeaseRenewPeriod, nameof(options.LeaseDuration), $"must be greater than {nameof(options.LeaseRenewPeriod)} ({options.LeaseRenewPeriod})");
        Require(options.NodeStatusPeriod > TimeSpan.Zero, nameof(options.NodeStatusPeriod), "must be greater than 0");
        Require(options.MaxRestartDelay >= TimeSpan.FromSeconds(1), nameof(options.MaxRestartDelay), "must be at least 1 s");
        Require(options.MaxParallelPulls > 0, nameof(options.MaxParallelPulls), "must be greater than 0");
        Require(options.DiskPressureFreeShare is >= 0 and <= 1, nameof(options.DiskPressureFreeShare), "must be between 0 and 1");
        Require(options.ImageCollectionUsedShare is >= 0 and <= 1, nameof(options.ImageCollectionUsedShare), "must be between 0 and 1");
        foreach (var server in options.ClusterDns)
        {
            Require(System.Net.IPAddress.TryParse(server, out _), nameof(options.ClusterDns), $"'{server}' must be an IP address");
        }

        foreach (var (path, map) in new[] { (nameof(options.Capacity), options.Capacity), (nameof(options.Reserved), options.Reserved) })
        {
            foreach (var (resource, quantity) in map)
            {
                Require(Quantities.TryParse(quantity, out _, out var error), $"{path}[{resource}]", $"'{quantity}': {error}");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsName(string text)
        => text.Length is > 0 and <= 253
            && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
            && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);
}
