using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.Networking;
using Orch.Networking.Pods;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the node's networking to a host.</summary>
public static class OrchNetworkingExtensions
{
    /// <summary>Connects pods by a bridge; for the node agent, which sets it up with the node's range.</summary>
    public static IServiceCollection AddOrchPodNetwork(this IServiceCollection services, Action<PodNetworkOptions>? configure = null)
    {
        services.AddOptionsWithValidateOnStart<PodNetworkOptions, PodNetworkOptionsValidator>();
        if (configure is not null) { services.Configure(configure); }
        services.TryAddSingleton<IPodNetwork, BridgePodNetwork>();
        return services;
    }
}
