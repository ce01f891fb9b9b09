using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.ApiServer.Aggregation;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Proxying;

namespace Orch.ApiServer.CustomResources;

/// <summary>Registers what serves custom resources.</summary>
internal static class CustomResourceRegistration
{
    /// <summary>Adds it all.</summary>
    public static void AddCustomResources(this IServiceCollection services)
    {
        services.TryAddSingleton<ServiceLocator>();
        services.TryAddSingleton<IConverterFactory>(static provider => new ConverterFactory(provider.GetRequiredService<ServiceLocator>, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(static provider => new AggregatedApis(provider.GetRequiredService<ServiceLocator>, provider.GetRequiredService<ProxyIdentity>));
        services.TryAddSingleton<AggregationProxy>();
        services.TryAddSingleton<AggregatedOpenApi>();
        services.TryAddSingleton<AggregatedSpecs>();
        services.TryAddSingleton<AvailabilityCheck>();
        services.TryAddSingleton<ProxyIdentity>();
        services.AddSingleton<IBootstrapStep>(static provider => provider.GetRequiredService<ProxyIdentity>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, ApiServiceController>());
        services.TryAddSingleton<CustomResourceRegistry>();
        services.TryAddSingleton<CustomResourceCleaner>();
        services.TryAddSingleton<CustomResourceController>();
        services.AddSingleton<IBootstrapStep>(static provider => provider.GetRequiredService<CustomResourceController>());
        services.AddSingleton<IBackgroundLoop>(static provider => provider.GetRequiredService<CustomResourceController>());
    }
}
