namespace Orch.Scheduling.Framework;

/// <summary>One scheduling policy: the default plugins, less some, plus others, with weights.</summary>
public sealed class SchedulerProfileOptions
{
    /// <summary>What pods name in <c>spec.schedulerName</c>. Default <c>default-scheduler</c>.</summary>
    public string SchedulerName { get; set; } = "default-scheduler";

    /// <summary>Plugins besides the default ones, by name, in order; each must be registered.</summary>
    public IList<string> Enabled { get; } = [];

    /// <summary>Plugins left out, by name; <c>*</c> leaves out all default ones.</summary>
    public IList<string> Disabled { get; } = [];

    /// <summary>Weights of scores by plugin name, from 1; others keep their default, which for a plugin of your own is 1.</summary>
    public IDictionary<string, int> Weights { get; } = new Dictionary<string, int>();
}
