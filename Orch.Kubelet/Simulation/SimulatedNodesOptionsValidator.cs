using Microsoft.Extensions.Options;
using Orch.Resources;

namespace Orch.Kubelet.Simulation;

/// <summary>Lists every fault of the options.</summary>
internal sealed class SimulatedNodesOptionsValidator : IValidateOptions<SimulatedNodesOptions>
{
    public ValidateOptionsResult Validate(string? name, SimulatedNodesOptions options)
    {
        var faults = new List<string>();
        void Require(bool holds, string path, string want)
        {
            if (!holds) { faults.Add($"SimulatedNodes.{path}: {want}"); }
        }

        Require(options.Count >= 0, nameof(options.Count), "must not be negative");
        Require(options.Count <= 1 || options.NamePattern.Contains("{0}", StringComparison.Ordinal), nameof(options.NamePattern), $"'{options.NamePattern}' must contain {{0}}, so that names differ");
        Require(options.StartDelay >= TimeSpan.Zero, nameof(options.StartDelay), "must not be negative");
        Require(options.LeaseRenewPeriod >= TimeSpan.FromSeconds(1), nameof(options.LeaseRenewPeriod), "must be at least 1 s");
        Require(options.LeaseDuration > options.LeaseRenewPeriod, nameof(options.LeaseDuration), $"must be greater than {nameof(options.LeaseRenewPeriod)} ({options.LeaseRenewPeriod})");
        Require(options.Parallelism > 0, nameof(options.Parallelism), "must be greater than 0");
        foreach (var (resource, quantity) in options.Capacity)
        {
            Require(Quantities.TryParse(quantity, out _, out var error), $"{nameof(options.Capacity)}[{resource}]", $"'{quantity}': {error}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
