using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Client;
using Orch.Controllers;

namespace Orch.Host.Composition;

/// <summary>Waits until a cluster in this process can take work: pods are admitted to namespace <c>default</c>, and a node is ready.</summary>
internal sealed class ClusterReadiness(IClusterClientFactory clients, OrchClusterBuilder.NodeExpectation expectation, IOptions<ControllersOptions> controllers)
{
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        // A pod is refused until its namespace has the account that it runs as.
        if (MakesAccounts) { await SeeAsync<V1ServiceAccount>(static account => account.Metadata is { NamespaceProperty: "default", Name: "default" }, cancellationToken).ConfigureAwait(false); }
        if (expectation.ExpectsNodes) { await SeeAsync<V1Node>(IsReady, cancellationToken).ConfigureAwait(false); }
    }

    private bool MakesAccounts
    {
        get
        {
            var names = controllers.Value.Controllers;
            return !names.Contains("-" + ControllerNames.ServiceAccount) && (names.Contains("*") || names.Contains(ControllerNames.ServiceAccount));
        }
    }

    private static bool IsReady(V1Node node) => node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    private async Task SeeAsync<T>(Func<T, bool> wanted, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var resources = clients.CreateClient(ClientIdentity.Admin).Resource<T>();
        var version = "0";
        while (true)
        {
            try
            {
                await foreach (var change in resources.WatchAsync(new WatchRequest(version), cancellationToken).ConfigureAwait(false))
                {
                    version = change.ResourceVersion;
                    if (change is { Kind: not WatchEventKind.Deleted, Object: { } found } && wanted(found)) { return; }
                }
            }
            catch (ApiException expired) when (expired.IsExpired)
            {
                version = "0";
            }
        }
    }
}
