using Microsoft.Extensions.DependencyInjection;
using Orch.Scheduling.Framework;

namespace Orch.Scheduling.Hosting;

/// <summary>Changes the scheduler of a host.</summary>
/// <param name="services">The host's services.</param>
public sealed class SchedulingBuilder(IServiceCollection services)
{
    /// <summary>The host's services, for what a plugin needs besides.</summary>
    public IServiceCollection Services { get; } = services;

    /// <summary>Registers a plugin and enables it in every profile that does not disable it.</summary>
    /// <param name="weight">Of its score, if it scores; from 1.</param>
    public SchedulingBuilder AddPlugin<TPlugin>(int weight = 1)
        where TPlugin : class, ISchedulerPlugin
    {
        Services.AddSchedulerPlugin<TPlugin>(weight);
        return this;
    }

    /// <summary>Changes profiles, back-off and the like.</summary>
    public SchedulingBuilder Configure(Action<SchedulingOptions> configure)
    {
        Services.Configure(configure);
        return this;
    }
}
