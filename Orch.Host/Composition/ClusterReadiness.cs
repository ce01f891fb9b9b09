using k8s.Models;
using Orch.Client;

namespace Orch.Host.Composition;

/// <summary>Waits until a cluster in this process can take work: a node is ready.</summary>
internal sealed class ClusterReadiness(OrchCluster cluster, OrchClusterBuilder.NodeExpectation expectation)
{
    /// <param name="say">Told what is waited for.</param>
    public async Task WaitAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (!expectation.ExpectsNodes) { return; }
        say($"API server at {cluster.ApiServerAddress.GetLeftPart(UriPartial.Authority)}; waiting for a node");
        var nodes = cluster.CreateClient().Resource<V1Node>();
        var version = "0";
        while (true)
        {
            try
            {
                await foreach (var change in nodes.WatchAsync(new WatchRequest(version), cancellationToken).ConfigureAwait(false))
                {
                    version = change.ResourceVersion;
                    if (change.Object?.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true) { return; }
                }
            }
            catch (ApiException expired) when (expired.IsExpired)
            {
                version = "0";
            }
        }
    }
}
