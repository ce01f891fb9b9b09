using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Kubelet;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Env;
using Orch.Kubelet.Events;
using Orch.Kubelet.Images;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Pleg;
using Orch.Kubelet.Pods;
using Orch.Kubelet.Probes;
using Orch.Kubelet.References;
using Orch.Kubelet.Server;
using Orch.Kubelet.Status;
using Orch.Kubelet.Streaming;
using Orch.Kubelet.Volumes;
using Orch.Volumes;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the node agent.</summary>
public static class OrchKubeletExtensions
{
    /// <summary>Adds a node agent: registers this machine as a node and runs the pods that the cluster binds to it.</summary>
    /// <remarks>
    /// Needs an <see cref="IClusterClientFactory"/>, an <see cref="Orch.Runtime.IContainerRuntime"/> and an
    /// <see cref="Orch.Networking.IPodNetwork"/>. More kinds of volumes: register more <see cref="IVolumePlugin"/>s.
    /// </remarks>
    public static IServiceCollection AddOrchKubelet(this IServiceCollection services, Action<KubeletOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubeletOptions>, KubeletOptionsValidator>());
        var options = services.AddOptions<KubeletOptions>().ValidateOnStart();
        if (configure is not null) { options.Configure(configure); }
        if (services.Any(static s => s.ServiceType == typeof(KubeletService))) { return services; }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<NodeAgentClient>();
        AddNode(services);
        AddVolumes(services);
        AddPods(services);
        AddServer(services);
        services.AddSingleton<NodeTeardown>();
        services.AddSingleton<KubeletService>();
        services.AddHostedService(static provider => provider.GetRequiredService<KubeletService>());
        return services;
    }

    private static void AddNode(IServiceCollection services)
    {
        services.AddSingleton<NodeResources>();
        services.AddSingleton<INodeResources>(static p => p.GetRequiredService<NodeResources>());
        services.AddSingleton<NodeAddresses>();
        services.AddSingleton<NodeRuntimeInfo>();
        services.AddSingleton<NodeHealth>();
        services.AddSingleton<NodeStatusBuilder>();
        services.AddSingleton(static p => ActivatorUtilities.CreateInstance<NodeRegistration>(p, Client(p)));
        services.AddSingleton<NodeNetwork>();
        services.AddSingleton(static p => ActivatorUtilities.CreateInstance<NodeInformers>(p, Client(p)));
        services.AddSingleton<INodeServices, NodeServices>();
        services.AddSingleton<IEvents, NodeEvents>();
        services.AddSingleton<PodLifecycleEvents>();
    }

    private static void AddVolumes(IServiceCollection services)
    {
        services.AddSingleton(static p => ActivatorUtilities.CreateInstance<ReferencedObjects>(p, Client(p)));
        services.AddSingleton<IReferencedObjects>(static p => p.GetRequiredService<ReferencedObjects>());
        services.AddSingleton(static p => ActivatorUtilities.CreateInstance<ServiceAccountTokens>(p, Client(p)));
        services.AddSingleton<VolumeSources>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, EmptyDirVolumes>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, HostPathVolumes>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, ConfigMapVolumes>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, SecretVolumes>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, DownwardApiVolumes>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IVolumePlugin, ProjectedVolumes>());
        services.AddSingleton<PodVolumes>();
    }

    private static void AddPods(IServiceCollection services)
    {
        services.AddSingleton<PullCredentials>();
        services.AddSingleton<ImagePuller>();
        services.AddSingleton<ImageCollector>();
        services.AddSingleton<ContainerConfigBuilder>();
        services.AddSingleton<IProber, Prober>();
        services.AddSingleton<PodProbes>();
        services.AddSingleton<LifecycleHooks>();
        services.AddSingleton<PodRuntimeReader>();
        services.AddSingleton<TerminationMessages>();
        services.AddSingleton(static p => ActivatorUtilities.CreateInstance<PodStatuses>(p, Client(p)));
        services.AddSingleton<PodStatusReporter>();
        services.AddSingleton<PodAdmission>();
        services.AddSingleton<PodSandboxes>();
        services.AddSingleton<ContainerKiller>();
        services.AddSingleton<ContainerStarter>();
        services.AddSingleton<PodSyncer>();
        services.AddSingleton<PodTerminator>();
        services.AddSingleton<PodWorkers>();
    }

    private static void AddServer(IServiceCollection services)
    {
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<PodLookup>();
        services.AddSingleton<LogEndpoint>();
        services.AddSingleton<StreamingOptions>();
        services.AddSingleton<StreamingServer>();
        services.AddSingleton<StreamEndpoints>();
        services.AddSingleton<UsageCollector>();
        services.AddSingleton<UsageEndpoints>();
        services.AddSingleton<KubeletServer>();
    }

    private static IClusterClient Client(IServiceProvider provider) => provider.GetRequiredService<NodeAgentClient>().Client;
}
