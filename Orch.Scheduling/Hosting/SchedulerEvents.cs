using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.Client.Events;

namespace Orch.Scheduling.Hosting;

/// <summary>The scheduler's own event recorder among those of one host.</summary>
internal static class SchedulerEvents
{
    public const string Key = "Orch.Scheduling";

    public static EventRecorder Create(IServiceProvider provider) => new(
        provider.GetRequiredService<SchedulerClient>().Cluster,
        new EventSource("default-scheduler"),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("Orch.Scheduling.Events"));
}
