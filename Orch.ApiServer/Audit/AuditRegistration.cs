using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Configuration;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Audit;

/// <summary>Registers the audit log.</summary>
internal static class AuditRegistration
{
    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(30);

    public static void AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton(static provider =>
        {
            var options = Options(provider);
            return new AuditSinks(
                options is { PolicyFile: not null, LogPath: not null }
                    ? new LogFileSink(options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LogFileSink>>())
                    : null,
                options is { PolicyFile: not null, WebhookConfigurationFile: { } file }
                    ? new WebhookSink(options, WebhookConnection.Load(file, WebhookTimeout), provider.GetRequiredService<ServerMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WebhookSink>>())
                    : null);
        });
        services.TryAddSingleton(static provider => new Auditor(
            Options(provider).PolicyFile is { } policy ? AuditPolicy.Load(policy) : null,
            [.. provider.GetRequiredService<AuditSinks>().All, .. provider.GetServices<IAuditSink>()],
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBackgroundLoop>(static provider => provider.GetRequiredService<AuditSinks>());
    }

    private static AuditOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ApiServerOptions>>().Value.Audit;
}
