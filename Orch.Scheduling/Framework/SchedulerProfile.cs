namespace Orch.Scheduling.Framework;

/// <summary>One policy with its plugins sorted by extension point.</summary>
internal sealed class SchedulerProfile
{
    private SchedulerProfile(string schedulerName, IReadOnlyList<ISchedulerPlugin> plugins, Func<string, int> weightOf)
    {
        SchedulerName = schedulerName;
        Plugins = plugins;
        PreEnqueue = Of<IPreEnqueuePlugin>();
        QueueSort = Of<IQueueSortPlugin>().Single();
        PreFilter = Of<IPreFilterPlugin>();
        Filter = Of<IFilterPlugin>();
        PostFilter = Of<IPostFilterPlugin>();
        PreScore = Of<IPreScorePlugin>();
        Score = [.. Of<IScorePlugin>().Select(plugin => new WeightedScore(plugin, plugin as IScoreNormalizer, weightOf(plugin.Name)))];
        Reserve = Of<IReservePlugin>();
        Permit = Of<IPermitPlugin>();
        PreBind = Of<IPreBindPlugin>();
        Bind = Of<IBindPlugin>();
        PostBind = Of<IPostBindPlugin>();

        T[] Of<T>() => [.. Plugins.OfType<T>()];
    }

    public string SchedulerName { get; }

    public IReadOnlyList<ISchedulerPlugin> Plugins { get; }

    public IPreEnqueuePlugin[] PreEnqueue { get; }

    public IQueueSortPlugin QueueSort { get; }

    public IPreFilterPlugin[] PreFilter { get; }

    public IFilterPlugin[] Filter { get; }

    public IPostFilterPlugin[] PostFilter { get; }

    public IPreScorePlugin[] PreScore { get; }

    public WeightedScore[] Score { get; }

    public IReservePlugin[] Reserve { get; }

    public IPermitPlugin[] Permit { get; }

    public IPreBindPlugin[] PreBind { get; }

    public IBindPlugin[] Bind { get; }

    public IPostBindPlugin[] PostBind { get; }

    /// <summary>Chooses a profile's plugins from all that are registered.</summary>
    /// <param name="options">What the profile wants.</param>
    /// <param name="registered">All plugins by name.</param>
    /// <param name="added">Plugins that the host added, with their weights: enabled unless the profile says otherwise.</param>
    /// <exception cref="InvalidOperationException">Lists every name that is unknown, doubled or missing, with its key.</exception>
    public static SchedulerProfile Build(SchedulerProfileOptions options, IReadOnlyDictionary<string, ISchedulerPlugin> registered, IReadOnlyList<(string Name, int Weight)> added)
    {
        var withoutDefaults = options.Disabled.Contains("*");
        var names = DefaultPlugins.All.Select(entry => entry.Name)
            .Where(name => !withoutDefaults && !options.Disabled.Contains(name))
            .Concat(options.Enabled)
            .Concat(added.Select(plugin => plugin.Name).Where(name => !options.Disabled.Contains(name) && !options.Enabled.Contains(name))).ToList();
        var faults = names.Concat(options.Disabled.Where(name => name != "*")).Concat(options.Weights.Keys)
            .Where(name => !registered.ContainsKey(name)).Distinct()
            .Select(name => $"names plugin \"{name}\", which is not registered; registered are {string.Join(", ", registered.Keys.Order())}")
            .Concat(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"enables plugin \"{group.Key}\" twice"))
            .Concat(options.Weights.Where(weight => weight.Value < 1).Select(weight => $"gives plugin \"{weight.Key}\" the weight {weight.Value}; weights start at 1"))
            .ToList();
        var plugins = names.Distinct().Where(registered.ContainsKey).Select(name => registered[name]).ToList();
        Expect<IQueueSortPlugin>(plugins, "QueueSort", exactlyOne: true, faults);
        Expect<IBindPlugin>(plugins, "Bind", exactlyOne: false, faults);
        if (faults.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, faults.Select(fault => $"Orch:Scheduling:Profiles \"{options.SchedulerName}\" {fault}.")));
        }

        var defaults = DefaultPlugins.All.Concat(added).ToDictionary(entry => entry.Name, entry => entry.Weight);
        return new SchedulerProfile(options.SchedulerName, plugins,
            name => options.Weights.TryGetValue(name, out var weight) ? weight : defaults.GetValueOrDefault(name, 1));
    }

    private static void Expect<T>(List<ISchedulerPlugin> plugins, string point, bool exactlyOne, List<string> faults)
    {
        var count = plugins.OfType<T>().Count();
        if (count == 0) { faults.Add($"has no {point} plugin; enable one"); }
        if (exactlyOne && count > 1) { faults.Add($"has {count} {point} plugins ({string.Join(", ", plugins.Where(plugin => plugin is T).Select(plugin => plugin.Name))}); leave one"); }
    }
}

/// <summary>A score with its weight.</summary>
internal readonly record struct WeightedScore(IScorePlugin Plugin, IScoreNormalizer? Normalizer, int Weight);
