using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.Storage;
using Orch.Store.Etcd;
using Orch.Store.Etcd.Compaction;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the store on etcd.</summary>
public static class OrchEtcdStoreExtensions
{
    /// <summary>Adds etcd as the cluster's <see cref="IStore"/>, with its periodic compaction.</summary>
    public static IServiceCollection AddOrchEtcdStore(this IServiceCollection services, Action<EtcdStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptionsWithValidateOnStart<EtcdStoreOptions, EtcdStoreOptionsValidator>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new EtcdStore(
            provider.GetRequiredService<IOptions<EtcdStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EtcdStore>>()));
        services.TryAddSingleton<IStore>(provider => provider.GetRequiredService<EtcdStore>());
        services.AddHostedService<EtcdCompactionService>();
        return services;
    }
}
