using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orch.Host.Composition;
using Orch.Testing.Time;
using HostFactory = Microsoft.Extensions.Hosting.Host;

namespace Orch.Host.Tests.Composition;

/// <summary>A whole cluster with simulated nodes in the tests' own process.</summary>
internal sealed class EmbeddedCluster : IDisposable
{
    private readonly IHost _host;

    public EmbeddedCluster(string name, Action<OrchClusterBuilder>? configure = null)
    {
        var builder = HostFactory.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddOrchCluster(cluster =>
        {
            cluster.UseMemoryStore().UseSimulatedNodes(nodes => nodes.Count = 2).Configure(options =>
            {
                options.Name = name;
                options.Port = 0;
                options.KubeletPort = 0;
                options.BindAddress = "127.0.0.1";
            });
            configure?.Invoke(cluster);
        });
        _host = builder.Build();
    }

    public OrchCluster Cluster => _host.Services.GetRequiredService<OrchCluster>();

    /// <returns>From the host's start to a ready node.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        var start = TimeProvider.System.GetTimestamp();
        await _host.StartAsync().Within("the cluster's start", TimeSpan.FromSeconds(60));
        await Cluster.WaitUntilReadyAsync(CancellationToken.None).Within("a ready node", TimeSpan.FromSeconds(60));
        return TimeProvider.System.GetElapsedTime(start);
    }

    public Task StopAsync() => _host.StopAsync().Within("the cluster's end", TimeSpan.FromSeconds(60));

    public void Dispose() => _host.Dispose();
}
