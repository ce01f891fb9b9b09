using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Runtime;
using Orch.Runtime.Docker;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the Docker runtime.</summary>
public static class OrchDockerRuntimeExtensions
{
    /// <summary>Runs containers on a Docker Engine: fills the slot of <see cref="IContainerRuntime"/>.</summary>
    /// <remarks>Nothing is asked of the engine before the first call. May be called twice; an earlier runtime of another kind stays.</remarks>
    public static IServiceCollection AddOrchDockerRuntime(this IServiceCollection services, Action<DockerRuntimeOptions>? configure = null)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DockerRuntimeOptions>, DockerRuntimeOptionsValidator>());
        var options = services.AddOptions<DockerRuntimeOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DockerContainerRuntime>();
        services.TryAddSingleton<IContainerRuntime>(provider => provider.GetRequiredService<DockerContainerRuntime>());
        return services;
    }
}
