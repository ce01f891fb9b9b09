using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Simulation;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers simulated nodes.</summary>
public static class OrchSimulatedNodesExtensions
{
    /// <summary>Adds nodes without containers: pods bound to them become ready, end, and go, in the API alone.</summary>
    /// <remarks>Needs an <see cref="Orch.Client.IClusterClientFactory"/>.</remarks>
    public static IServiceCollection AddOrchSimulatedNodes(this IServiceCollection services, Action<SimulatedNodesOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SimulatedNodesOptions>, SimulatedNodesOptionsValidator>());
        var options = services.AddOptions<SimulatedNodesOptions>().ValidateOnStart();
        if (configure is not null) { options.Configure(configure); }
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        if (services.Any(static s => s.ServiceType == typeof(SimulatedNodesService))) { return services; }
        services.AddSingleton<SimulatedNodesService>();
        services.AddHostedService(static provider => provider.GetRequiredService<SimulatedNodesService>());
        return services;
    }
}
