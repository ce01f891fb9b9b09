using k8s.Models;
using Orch.ApiServer.Hosting;

namespace Orch.ApiServer.Bootstrap;

/// <summary>The priorities of system pods.</summary>
internal sealed class SystemPriorityClasses(ObjectEnsurer objects) : IBootstrapStep
{
    /// <inheritdoc />
    public int Order => 1;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await EnsureAsync("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node.", cancellationToken).ConfigureAwait(false);
        await EnsureAsync("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.", cancellationToken)
            .ConfigureAwait(false);
    }

    private Task EnsureAsync(string name, int value, string description, CancellationToken cancellationToken)
        => objects.EnsureAsync(new V1PriorityClass { Metadata = new V1ObjectMeta { Name = name }, Value = value, Description = description, GlobalDefault = false }, cancellationToken);
}
