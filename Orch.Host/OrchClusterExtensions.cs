using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Host.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a whole cluster into a host.</summary>
public static class OrchClusterExtensions
{
    /// <summary>Adds a cluster: API server, store, controllers, scheduler and a node, as the builder says; options come from the configuration section <c>Orch</c> too.</summary>
    /// <remarks>Start the host to start the cluster; the host's stop ends it cleanly. Several hosts in one process are several clusters.</remarks>
    public static IServiceCollection AddOrchCluster(this IServiceCollection services, Action<OrchClusterBuilder>? configure = null)
    {
        if (services.Any(service => service.ServiceType == typeof(OrchCluster)))
        {
            throw new InvalidOperationException("AddOrchCluster was called twice; one host runs one cluster. Use a second host for a second cluster.");
        }

        services.AddLogging();
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<OrchClusterOptions>, BindClusterOptions>());
        services.AddOptionsWithValidateOnStart<OrchClusterOptions, OrchClusterOptionsValidator>();
        var builder = new OrchClusterBuilder(services);
        configure?.Invoke(builder);
        builder.Build();
        return services;
    }

    // A host without configuration is fine: then code alone decides.
    private sealed class BindClusterOptions(IServiceProvider services) : IConfigureOptions<OrchClusterOptions>
    {
        public void Configure(OrchClusterOptions options)
            => services.GetService<IConfiguration>()?.GetSection(OrchClusterOptions.Section).Bind(options);
    }
}
