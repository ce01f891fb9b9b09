using Microsoft.Extensions.Options;

namespace Orch.Scheduling.Framework;

/// <summary>All profiles by scheduler name.</summary>
internal sealed class SchedulerProfiles
{
    private readonly Dictionary<string, SchedulerProfile> _profiles = [];

    public SchedulerProfiles(IEnumerable<ISchedulerPlugin> plugins, IEnumerable<PluginRegistration> added, IOptions<SchedulingOptions> options)
    {
        var registered = new Dictionary<string, ISchedulerPlugin>();
        foreach (var plugin in plugins)
        {
            if (!registered.TryAdd(plugin.Name, plugin))
            {
                throw new InvalidOperationException(
                    $"Scheduler plugins {registered[plugin.Name].GetType()} and {plugin.GetType()} share the name \"{plugin.Name}\"; give one another name.");
            }
        }

        var extra = added.DistinctBy(registration => registration.PluginType)
            .Select(registration => (registered.Values.First(plugin => plugin.GetType() == registration.PluginType).Name, registration.Weight)).ToList();
        IEnumerable<SchedulerProfileOptions> wanted = options.Value.Profiles.Count > 0 ? options.Value.Profiles : [new SchedulerProfileOptions()];
        foreach (var profile in wanted)
        {
            if (!_profiles.TryAdd(profile.SchedulerName, SchedulerProfile.Build(profile, registered, extra)))
            {
                throw new InvalidOperationException($"Orch:Scheduling:Profiles names \"{profile.SchedulerName}\" twice; give each profile a name of its own.");
            }
        }

        var sorts = All.Select(profile => profile.QueueSort.Name).Distinct().ToList();
        if (sorts.Count > 1)
        {
            throw new InvalidOperationException($"Orch:Scheduling:Profiles use different QueueSort plugins ({string.Join(", ", sorts)}); one queue serves all, so all must use the same.");
        }
    }

    public IReadOnlyCollection<SchedulerProfile> All => _profiles.Values;

    /// <summary>The profile that a pod names; null: it is another scheduler's.</summary>
    public SchedulerProfile? Find(string? schedulerName) => _profiles.GetValueOrDefault(string.IsNullOrEmpty(schedulerName) ? "default-scheduler" : schedulerName);
}
