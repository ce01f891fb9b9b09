using Microsoft.Extensions.Options;

namespace Orch.Scheduling.Framework;

/// <summary>Lists every fault of the scheduler's options.</summary>
internal sealed class SchedulingOptionsValidator : IValidateOptions<SchedulingOptions>
{
    public ValidateOptionsResult Validate(string? name, SchedulingOptions options)
    {
        var faults = new List<string>();
        if (options.PercentageOfNodesToScore is < 0 or > 100) { faults.Add($"Orch:Scheduling:PercentageOfNodesToScore {options.PercentageOfNodesToScore} must be 0 to 100."); }
        if (options.InitialBackoff <= TimeSpan.Zero) { faults.Add($"Orch:Scheduling:InitialBackoff {options.InitialBackoff} must be greater than zero."); }
        if (options.MaxBackoff < options.InitialBackoff) { faults.Add($"Orch:Scheduling:MaxBackoff {options.MaxBackoff} must not be less than InitialBackoff {options.InitialBackoff}."); }
        if (options.MaxConcurrentBindings < 1) { faults.Add($"Orch:Scheduling:MaxConcurrentBindings {options.MaxConcurrentBindings} must be at least 1."); }
        if (!Enum.IsDefined(options.ResourceScoring)) { faults.Add($"Orch:Scheduling:ResourceScoring {options.ResourceScoring} must be LeastAllocated or MostAllocated."); }
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
