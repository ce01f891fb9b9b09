using Microsoft.Extensions.DependencyInjection.Extensions;
using Orch.ApiServer;
using Orch.ApiServer.Encryption;
using Orch.ApiServer.Health;
using Orch.ApiServer.Hosting;
using Orch.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers encryption at rest.</summary>
public static class OrchEncryptionExtensions
{
    private const string Inner = "Orch.ApiServer.Encryption.Inner";

    /// <summary>Encrypts stored objects as <see cref="EncryptionOptions"/> say, between the API server and the <see cref="IStore"/> registered before.</summary>
    /// <remarks>Everyone who takes the <see cref="IStore"/> sees plain values; snapshots of the store itself stay encrypted. Called twice, it configures further.</remarks>
    /// <exception cref="InvalidOperationException">No store is registered yet.</exception>
    public static IServiceCollection AddOrchEncryptionAtRest(this IServiceCollection services, Action<EncryptionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptionsWithValidateOnStart<EncryptionOptions, EncryptionOptionsValidator>();
        if (configure is not null) { options.Configure(configure); }
        if (services.Any(static item => item.ServiceType == typeof(EncryptionChains))) { return services; }
        var store = services.LastOrDefault(static item => item.ServiceType == typeof(IStore) && !item.IsKeyedService)
            ?? throw new InvalidOperationException("Register the store first: AddOrchEncryptionAtRest() encrypts what goes into it.");
        services.Remove(store);
        services.Add(
            store.ImplementationInstance is { } instance ? ServiceDescriptor.KeyedSingleton(typeof(IStore), Inner, instance)
            : store.ImplementationFactory is { } factory ? ServiceDescriptor.KeyedSingleton(typeof(IStore), Inner, (provider, _) => factory(provider))
            : ServiceDescriptor.KeyedSingleton(typeof(IStore), Inner, store.ImplementationType!));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EncryptionChains>();
        services.AddSingleton<IStore>(static provider =>
        {
            var (inner, chains) = (provider.GetRequiredKeyedService<IStore>(Inner), provider.GetRequiredService<EncryptionChains>());
            // Without a configuration nothing stands between the server and its store.
            return chains.IsEmpty ? inner : new EncryptedStore(inner, chains.Find);
        });
        services.TryAddSingleton<EncryptionSignals>();
        services.TryAddSingleton<EncryptionMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, StorageRewriteLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, EncryptionReloadLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, KeyManagementLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBackgroundLoop, UnreadableLoop>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHealthCheck, KeyManagementCheck>());
        return services;
    }
}
