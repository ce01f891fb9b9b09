using k8s.Models;
using Orch.Client;
using Orch.Resources;

namespace Orch.Kubelet.Nodes;

/// <summary>A node's sign of life. Leases are only updated at a known version, so the last one is remembered; who else writes it costs one read.</summary>
internal sealed class NodeLease(IClusterClient client, string nodeName, TimeSpan duration, TimeProvider time)
{
    private const string Namespace = "kube-node-lease";
    private string? _version;

    /// <summary>Writes that the node lives now.</summary>
    /// <exception cref="ApiException">The server refuses.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var leases = client.Resource<V1Lease>();
        try
        {
            _version ??= (await leases.GetAsync(new ObjectKey(Namespace, nodeName), cancellationToken).ConfigureAwait(false)).Metadata.ResourceVersion;
            _version = (await leases.UpdateAsync(Now(_version), cancellationToken).ConfigureAwait(false)).Metadata.ResourceVersion;
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            _version = (await leases.CreateAsync(Now(null), cancellationToken).ConfigureAwait(false)).Metadata.ResourceVersion;
        }
        catch (ApiException e) when (e.IsConflict)
        {
            var stored = await leases.GetAsync(new ObjectKey(Namespace, nodeName), cancellationToken).ConfigureAwait(false);
            _version = (await leases.UpdateAsync(Now(stored.Metadata.ResourceVersion), cancellationToken).ConfigureAwait(false)).Metadata.ResourceVersion;
        }
    }

    private V1Lease Now(string? version) => new()
    {
        ApiVersion = "coordination.k8s.io/v1",
        Kind = "Lease",
        Metadata = new V1ObjectMeta { Name = nodeName, NamespaceProperty = Namespace, ResourceVersion = version },
        Spec = new V1LeaseSpec { HolderIdentity = nodeName, LeaseDurationSeconds = (int)duration.TotalSeconds, RenewTime = time.GetUtcNow().UtcDateTime },
    };
}
