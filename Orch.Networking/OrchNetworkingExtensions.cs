using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Networking;
using Orch.Networking.Dns;
using Orch.Networking.Pods;
using Orch.Networking.Proxy;

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

    /// <summary>Routes services by nftables; needs an <see cref="Orch.Client.IClusterClientFactory"/>.</summary>
    public static IServiceCollection AddOrchNftablesProxy(this IServiceCollection services, Action<ProxyOptions>? configure = null)
    {
        services.AddOptionsWithValidateOnStart<ProxyOptions>()
            .Validate(static options => options.Name.Length > 0, "Orch:Proxy:Name must not be empty.")
            .Validate(static options => options.MinInterval > TimeSpan.Zero, "Orch:Proxy:MinInterval must be greater than zero.");
        if (configure is not null) { services.Configure(configure); }
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IProxyBackend>(static provider =>
            new NftablesProxy($"orch_{provider.GetRequiredService<IOptions<ProxyOptions>>().Value.Name.Replace('-', '_')}_proxy"));
        services.AddHostedService<ProxyService>();
        return services;
    }

    /// <summary>Answers the cluster's names on this node, as service <c>kube-system/kube-dns</c>; needs an <see cref="Orch.Client.IClusterClientFactory"/>.</summary>
    public static IServiceCollection AddOrchDns(this IServiceCollection services, Action<DnsOptions>? configure = null)
    {
        services.AddOptionsWithValidateOnStart<DnsOptions, DnsOptionsValidator>();
        if (configure is not null) { services.Configure(configure); }
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<DnsService>();
        return services;
    }
}
