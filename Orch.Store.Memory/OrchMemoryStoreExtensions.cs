using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Storage;
using Orch.Store.Memory;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the embedded store.</summary>
public static class OrchMemoryStoreExtensions
{
    /// <summary>Adds the embedded store as the cluster's <see cref="IStore"/> and <see cref="IStoreSnapshots"/>, opened when the host starts.</summary>
    public static IServiceCollection AddOrchMemoryStore(this IServiceCollection services, Action<MemoryStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptionsWithValidateOnStart<MemoryStoreOptions, MemoryStoreOptionsValidator>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new MemoryStore(
            provider.GetRequiredService<IOptions<MemoryStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MemoryStore>>(),
            provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<IStore>(provider => provider.GetRequiredService<MemoryStore>());
        services.TryAddSingleton<IStoreSnapshots>(provider => provider.GetRequiredService<MemoryStore>());
        services.AddHostedService<MemoryStoreService>();
        return services;
    }
}
