using k8s.Models;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Health;
using Orch.Scheduling;
using Orch.Scheduling.Cache;
using Orch.Scheduling.Framework;
using Orch.Scheduling.Hosting;
using Orch.Scheduling.Plugins;
using Orch.Scheduling.Queue;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the scheduler to a host.</summary>
public static class OrchSchedulingExtensions
{
    /// <summary>Adds the scheduler with its default plugins; needs an <see cref="IClusterClientFactory"/>.</summary>
    public static IServiceCollection AddOrchScheduling(this IServiceCollection services, Action<SchedulingOptions>? configure = null)
    {
        services.AddOptionsWithValidateOnStart<SchedulingOptions, SchedulingOptionsValidator>();
        if (configure is not null) { services.Configure(configure); }
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<SchedulerMetrics>();
        services.TryAddSingleton<SchedulerClient>();
        services.TryAddSingleton<SchedulerInformers>();
        services.TryAddSingleton(provider => new Lazy<IInformer<V1Pod>>(() => provider.GetRequiredService<SchedulerInformers>().Pods));
        AddPlugins(services);
        services.TryAddSingleton<SchedulerProfiles>();
        services.TryAddSingleton(MakeQueue);
        services.TryAddSingleton<SchedulerCache>();
        services.TryAddSingleton<WaitingPods>();
        services.TryAddSingleton<IWaitingPods>(provider => provider.GetRequiredService<WaitingPods>());
        services.TryAddSingleton<BindingCycle>();
        services.TryAddKeyedSingleton<IEventRecorder>(SchedulerEvents.Key, static (provider, _) => SchedulerEvents.Create(provider));
        services.TryAddSingleton<FailureReporter>();
        services.TryAddSingleton<ClusterFeed>();
        services.TryAddSingleton<Scheduler>();
        services.TryAddSingleton<SchedulerHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IComponentHealth, SchedulerHealth>(static provider => provider.GetRequiredService<SchedulerHealth>()));
        services.AddHostedService<SchedulerService>();
        return services;
    }

    /// <summary>Registers a plugin and enables it in every profile that does not disable it.</summary>
    /// <param name="weight">Of its score, if it scores; from 1.</param>
    /// <typeparam name="TPlugin">One instance serves all profiles; its constructor may take any registered service.</typeparam>
    public static IServiceCollection AddSchedulerPlugin<TPlugin>(this IServiceCollection services, int weight = 1)
        where TPlugin : class, ISchedulerPlugin
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ISchedulerPlugin, TPlugin>());
        services.AddSingleton(new PluginRegistration(typeof(TPlugin), weight));
        return services;
    }

    private static void AddPlugins(IServiceCollection services)
    {
        void Add<T>()
            where T : class, ISchedulerPlugin => services.TryAddEnumerable(ServiceDescriptor.Singleton<ISchedulerPlugin, T>());

        Add<SchedulingGates>();
        Add<PrioritySort>();
        Add<NodeUnschedulable>();
        Add<NodeName>();
        Add<TaintToleration>();
        Add<NodeAffinity>();
        Add<NodePorts>();
        Add<NodeResourcesFit>();
        Add<PodTopologySpread>();
        Add<NodeResourcesBalancedAllocation>();
        Add<ImageLocality>();
        Add<DefaultBinder>();
    }

    private static IPodQueue MakeQueue(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<SchedulingOptions>>().Value;
        var profiles = provider.GetRequiredService<SchedulerProfiles>();
        var rules = new QueueRules(
            profiles.All.First().QueueSort,
            pod => profiles.Find(pod.Pod.Spec.SchedulerName)?.PreEnqueue ?? [],
            profiles.All.SelectMany(profile => profile.Plugins).DistinctBy(plugin => plugin.Name),
            options.InitialBackoff,
            options.MaxBackoff);
        var queue = new PriorityPodQueue(provider.GetRequiredService<TimeProvider>(), rules);
        provider.GetRequiredService<SchedulerMetrics>().ObservePending(() => queue.Counts);
        return queue;
    }
}
