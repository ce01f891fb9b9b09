using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orch.ApiServer;
using Orch.Host.Kubeconfig;

namespace Orch.Host.Composition;

/// <summary>Writes the admin's kubeconfig once the API server listens.</summary>
internal sealed class KubeconfigService(OrchCluster cluster, ApiServerEndpoint endpoint, IOptions<OrchClusterOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (endpoint.IsListening && options.Value.EffectiveKubeconfigPath is { } path) { KubeconfigFile.Write(path, cluster.AdminKubeconfig); }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
