using k8s.Models;
using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Bootstrap;

/// <summary>The namespaces that every cluster has.</summary>
internal sealed class SystemNamespaces(ObjectEnsurer objects) : IBootstrapStep
{
    /// <inheritdoc />
    public int Order => 0;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            await objects.EnsureAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken).ConfigureAwait(false);
        }
    }
}
