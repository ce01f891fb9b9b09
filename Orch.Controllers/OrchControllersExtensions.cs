using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.Controllers;
using Orch.Controllers.Hosting;
using Orch.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the controllers to a host.</summary>
public static class OrchControllersExtensions
{
    /// <summary>Adds the controllers; they reach the cluster through the host's <see cref="Orch.Client.IClusterClientFactory"/>.</summary>
    public static IServiceCollection AddOrchControllers(this IServiceCollection services, Action<ControllersOptions>? configure = null)
    {
        var options = services.AddOptionsWithValidateOnStart<ControllersOptions, ControllersOptionsValidator>();
        if (configure is not null) { options.Configure(configure); }
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ControllersHealth>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IComponentHealth, ControllersHealth>(static provider => provider.GetRequiredService<ControllersHealth>()));
        services.AddHostedService<ControllerManager>();
        return services;
    }
}
