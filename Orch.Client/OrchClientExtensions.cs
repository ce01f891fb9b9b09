using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Client.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers clients of clusters.</summary>
public static class OrchClientExtensions
{
    /// <summary>Adds the HTTPS client as the host's <see cref="IClusterClientFactory"/> and <see cref="IClusterClient"/>.</summary>
    /// <exception cref="InvalidOperationException">The host already has an <see cref="IClusterClientFactory"/>.</exception>
    public static IServiceCollection AddOrchHttpClient(this IServiceCollection services, Action<HttpClientOptions>? configure = null)
    {
        if (services.Any(static service => service.ServiceType == typeof(IClusterClientFactory)))
        {
            throw new InvalidOperationException($"an {nameof(IClusterClientFactory)} is already registered; a host has one");
        }

        var options = services.AddOptionsWithValidateOnStart<HttpClientOptions, HttpClientOptionsValidator>();
        if (configure is not null) { options.Configure(configure); }
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider =>
        {
            var chosen = provider.GetRequiredService<IOptions<HttpClientOptions>>().Value;
            var connection = chosen.Connection ?? KubeConfig.Load(chosen.KubeConfig, chosen.Context);
            return new HttpClusterClient(connection, provider.GetRequiredService<TimeProvider>(), chosen);
        });
        services.AddSingleton<IClusterClientFactory>(static provider => provider.GetRequiredService<HttpClusterClient>());
        services.TryAddSingleton<IClusterClient>(static provider => provider.GetRequiredService<HttpClusterClient>());
        return services;
    }
}
